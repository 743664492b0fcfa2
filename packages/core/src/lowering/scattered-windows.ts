import type { WindowAxis } from "../kernels/windows.ts";
import type { Expression } from "../kernel-ir/types.ts";
import type { LowerNode, Point, PointBuilder, PointInput } from "./contract.ts";
import { knownShape } from "./known-numbers.ts";
import { positionOf, quotientBelow } from "./positions.ts";

type Index = readonly Expression[];

/** The window whose tap lies on a place, along one axis, and whether there is one. */
function windowAt(axis: WindowAxis, place: Expression, tap: Expression, k: PointBuilder) {
  const { stride, dilation, begin, kernel, count } = axis;
  // as many strides more as keep what is divided from being negative
  const ahead = Math.max(0, Math.ceil(((kernel - 1) * dilation - begin) / stride));
  const distance = k.add(k.sub(place, k.mul(tap, dilation)), begin + ahead * stride);
  const window = k.div(distance, stride);
  const conditions = [
    ...(stride === 1 ? [] : [k.eq(k.rem(distance, stride), 0)]),
    ...(ahead === 0 ? [] : [k.ge(window, ahead)]),
    k.lt(window, count + ahead),
  ];
  return { window: k.sub(window, ahead), conditions };
}

/**
 * What an element at `places` gets from one tap of the windows that lie on its axes: `value` of the window that has it there, or `outside`
 * where none has.
 */
function fromWindow(
  axes: readonly WindowAxis[],
  places: Index,
  taps: Index,
  outside: PointInput,
  k: PointBuilder,
  value: (windows: Index) => Expression,
): Expression {
  const found = axes.map((axis, i) => windowAt(axis, places[i], taps[i], k));
  return k.choose(
    found.flatMap((each) => each.conditions).reduce((all, one) => k.and(all, one)),
    outside.scalar,
    () => value(found.map(({ window }) => window)),
    () => k.constant(outside.scalar, 0),
  );
}

/** The sum of what all taps of all windows bring to a place, and the bias. ONNX ConvTranspose. */
export function transposedConvolutionPoints(
  node: LowerNode<{ readonly group: number }>,
  axes: readonly WindowAxis[],
): readonly Point[] {
  const [x, w, bias] = node.inputs as readonly [PointInput, PointInput, PointInput | undefined];
  const { group } = node.attributes;
  const [channels, groupFilters, ...kernel] = knownShape(node, w);
  const groupChannels = channels / group;
  const at: Point["at"] = ([n, filter, ...places], k) => {
    const own = quotientBelow(group, filter, groupFilters);
    const first = k.mul(own, groupChannels);
    const ownFilter = group === 1 ? filter : k.rem(filter, groupFilters);
    const sum = k.reduceOver("add", [groupChannels, ...kernel], k.constant(x.scalar, 0), ([c, ...taps]) => {
      const channel = k.add(first, c);
      return fromWindow(axes, places, taps, x, k, (windows) =>
        k.mul(x.at([n, channel, ...windows], k), w.at([channel, ownFilter, ...taps], k)),
      );
    });
    return bias === undefined ? sum : k.add(sum, bias.at([filter], k));
  };
  return [{ at }];
}

/** The sum of the elements of all blocks that lie on a place. ONNX Col2Im. */
export function columnsToImagePoints(node: LowerNode<unknown>, axes: readonly WindowAxis[]): readonly Point[] {
  const x = node.inputs[0]!;
  if (x.scalar === "bool") node.cannot("it has no kernel for bool");
  const kernel = axes.map((axis) => axis.kernel);
  const taps = kernel.reduce((total, dim) => total * dim, 1);
  const counts = axes.map((axis) => axis.count);
  const at: Point["at"] = ([n, channel, ...places], k) =>
    k.reduceOver("add", kernel, k.constant(x.scalar, 0), (tap) =>
      fromWindow(axes, places, tap, x, k, (windows) =>
        x.at([n, k.add(k.mul(channel, taps), positionOf(tap, kernel)), positionOf(windows, counts)], k),
      ),
    );
  return [{ at }];
}
