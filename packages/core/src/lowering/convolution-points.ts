import type { WindowAttributes } from "../kernels/windows.ts";
import type { Expression } from "../kernel-ir/types.ts";
import { isFloatScalar } from "../kernel-ir/scalars.ts";
import type { Lowering, Point, PointInput } from "./contract.ts";
import { knownShape } from "./known-numbers.ts";
import { quotientBelow } from "./positions.ts";
import { isOnAxes, placesOf, windowsOn } from "./window-taps.ts";

/**
 * A chain of multiply-adds, rounded once each, in the order channel, row, column, then the bias: the order of the reference, so that
 * results on the ties of a quantizer fall on the same side. ONNX Conv.
 */
export const convolutionPoints: Lowering<WindowAttributes & { readonly group: number }> = (node) => {
  const [x, w, bias] = node.inputs as readonly [PointInput, PointInput, PointInput | undefined];
  const [filters, groupChannels, ...kernel] = knownShape(node, w);
  const axes = windowsOn(node, x, kernel);
  if (!isFloatScalar(x.scalar)) node.cannot(`it has no kernel for ${x.dtype}`);
  const groupFilters = filters / node.attributes.group;
  const at: Point["at"] = ([n, filter, ...windows], k) => {
    const group = quotientBelow(node.attributes.group, filter, groupFilters);
    const first = k.mul(group, groupChannels);
    const [sum] = k.foldOver([groupChannels, ...kernel], [k.constant(x.scalar, 0)], ([total], [channel, ...taps]) => {
      const places = placesOf(axes, windows, taps, k);
      const inside = isOnAxes(axes, places, k) ?? k.constant("bool", true);
      const next = (): Expression =>
        k.fma(x.at([n, k.add(first, channel), ...places], k), w.at([filter, channel, ...taps], k), total);
      return [k.choose(inside, x.scalar, next, () => total)];
    });
    return bias === undefined ? sum : k.add(sum, bias.at([filter], k));
  };
  return [{ at }];
};
