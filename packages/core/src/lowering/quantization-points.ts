import { dtypeOfOnnxCode } from "../dtypes/dtypes.ts";
import { SCALARS } from "../kernel-ir/scalars.ts";
import type { Expression } from "../kernel-ir/types.ts";
import type { LowerNode, Lowering, Point, PointBuilder, PointInput } from "./contract.ts";
import { axisFrom0, knownShape } from "./known-numbers.ts";
import { isOne, quotientBelow } from "./positions.ts";
import { roundedTo, withoutNaN } from "./requantize-points.ts";

interface Granularity {
  readonly axis: number;
  readonly block_size: number;
}

/** The index of the scale of an element: one for all, one for each index of an axis, or one for each block along it. */
function scaleIndex(
  node: LowerNode<Granularity>,
  scale: PointInput,
  index: readonly Expression[],
  k: PointBuilder,
): readonly Expression[] {
  if (scale.shape.every(isOne)) return scale.shape.map(() => k.constant("index", 0));
  const axis = axisFrom0(node.attributes.axis, index.length);
  const { block_size: block } = node.attributes;
  if (block === 0) return [index[axis]];
  return index.map((i, other) => (other === axis ? quotientBelow(knownShape(node, scale)[axis], i, block) : i));
}

/** The scale or zero point of an element; one that is for all may have any rank. */
const elementFor = (
  node: LowerNode<Granularity>,
  scale: PointInput,
  index: readonly Expression[],
  k: PointBuilder,
): Expression => scale.at(scaleIndex(node, scale, index, k), k);

/** (x - zero point) * scale, in f32. ONNX DequantizeLinear. */
export const dequantizePoints: Lowering<Granularity> = (node) => {
  const [x, scale, zeroPoint] = node.inputs as readonly [PointInput, PointInput, PointInput | undefined];
  const { scalar } = node.outputs[0]!;
  const at: Point["at"] = (index, k) => {
    const value = k.cast(scalar, x.at(index, k));
    const shifted =
      zeroPoint === undefined ? value : k.sub(value, k.cast(scalar, elementFor(node, zeroPoint, index, k)));
    return k.mul(shifted, k.cast(scalar, elementFor(node, scale, index, k)));
  };
  return [{ at }];
};

/** x / scale in f32, rounded to even (NaN to 0), plus the zero point, within the range of an integer type. ONNX QuantizeLinear. */
export const quantizePoints: Lowering<Granularity & { readonly precision: number }> = (node) => {
  const [x, scale, zeroPoint] = node.inputs as readonly [PointInput, PointInput, PointInput | undefined];
  const { scalar } = node.outputs[0]!;
  const { precision } = node.attributes;
  const divisor = precision === 0 ? scale.dtype : dtypeOfOnnxCode(precision);
  if (divisor !== "f32") node.cannot(`kernels do not round quotients to ${divisor}`);
  const { kind, bits } = SCALARS[scalar];
  if (kind === "float" || bits > 16) node.cannot(`it has no kernel that quantizes to ${node.outputs[0]!.dtype}`);
  const finish = roundedTo(scalar, zeroPoint);
  const at: Point["at"] = (index, k) => {
    const quotient = k.div(k.cast("f32", x.at(index, k)), k.cast("f32", elementFor(node, scale, index, k)));
    return finish(withoutNaN(quotient, k), zeroPoint && elementFor(node, zeroPoint, index, k), k);
  };
  return [{ at }];
};
