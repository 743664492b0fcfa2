import { type DType, dtypeOfOnnxCode, onnxCodeOfDtype } from "../../dtypes/dtypes.ts";
import type { InferContext, Inferred } from "../../inference/context.ts";
import type { Steps } from "../../kernels/context.ts";
import { numbersOf } from "../../kernels/read-numbers.ts";
import { attributeOf, type Node } from "../../snapshot/types.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import type { NumberData, Tensor } from "../../tensors/tensor.ts";
import { tensorType } from "../../tensors/values.ts";
import { dequantizePoints } from "../../lowering/quantization-points.ts";
import { int } from "../attributes.ts";
import { withoutAttributes } from "../edit-node.ts";
import { defineOperator, optional, required, type RewriteContext } from "../operator.ts";
import { REAL_19B, REAL_21B, REAL_23B, REAL_25B, REAL_28B, types } from "../type-sets.ts";
import { checkScale, checkZeroPoint, eachStretch, type Granularity, granularityOf } from "./granularity.ts";
import { withoutAxis } from "./without-axis.ts";

/**
 * (x - x_zero_point) * x_scale in output_dtype (default: the type of x_scale); scale and zero point per tensor, per element of `axis`,
 * or per block of block_size along it. ONNX DequantizeLinear.
 */
export const dequantizeLinear = defineOperator({
  name: "DequantizeLinear",
  versions: [
    { since: 28 },
    { since: 25, types: { T1: REAL_25B, T2: types("f8e8m0 f16 bf16 f32"), T3: types("f16 bf16 f32") } },
    { since: 24, types: { T1: REAL_23B, T2: types("f8e8m0 f16 bf16 f32"), T3: types("f16 bf16 f32") } },
    { since: 23, types: { T1: REAL_23B, T2: types("f16 bf16 f32"), T3: types("f16 bf16 f32") } },
    {
      since: 21,
      changed: "output_dtype was added",
      downgrade: withoutOutputType,
      outputs: [required("y", "T2")],
      types: { T1: REAL_21B, T2: types("f16 bf16 f32") },
      attributes: { axis: int({ default: 1 }), block_size: int({ default: 0 }) },
    },
    {
      since: 19,
      changed: "blocks were added",
      downgrade: withoutBlocks,
      types: { T1: REAL_19B, T2: types("f16 bf16 f32") },
      attributes: { axis: int({ default: 1 }) },
    },
    {
      since: 13,
      inputs: [required("x", "T"), required("x_scale", "f32"), optional("x_zero_point", "T")],
      outputs: [required("y", "f32")],
      types: { T: types("i8 i32 u8") },
    },
    { since: 10, attributes: {}, changed: "axis was added", downgrade: withoutAxis },
  ],
  inputs: [required("x", "T1"), required("x_scale", "T2"), optional("x_zero_point", "T1")],
  outputs: [required("y", "T3")],
  types: { T1: REAL_28B, T2: types("f8e8m0 f16 bf16 f32"), T3: types("f16 bf16 f32") },
  attributes: { axis: int({ default: 1 }), block_size: int({ default: 0 }), output_dtype: int({ default: 0 }) },
  infer: inferDequantized,
  *reference(inputs, attributes, context) {
    const [x, scale, zeroPoint] = inputs as [Tensor, Tensor, Tensor | undefined];
    const dtype = resultType(scale.dtype, attributes.output_dtype, context);
    const parts = granularityOf(x.shape, scale.shape, attributes.axis, attributes.block_size, context);
    checkZeroPoint(scale.shape, zeroPoint?.shape, context);
    const out = context.output(dtype, x.shape);
    const scales = yield* numbersOf(scale, context);
    const zeroPoints = zeroPoint && (yield* numbersOf(zeroPoint, context));
    yield* dequantizeAll(parts, yield* numbersOf(x, context), scales, zeroPoints, out.data);
    return [yield* out.rounded()];
  },
  lower: dequantizePoints,
  accuracy: "rounding",
  samples: () => [
    {
      inputs: [tensorFrom("u8", [4], [0, 3, 128, 255]), tensorFrom("f32", [], [2]), tensorFrom("u8", [], [128])],
      outputs: [tensorFrom("f32", [4], [-256, -250, 0, 254])],
    },
    {
      attributes: { axis: 0 },
      inputs: [
        tensorFrom("i4", [2, 2], [-8, 7, 3, -1]),
        tensorFrom("f16", [2], [0.5, 2]),
        tensorFrom("i4", [2], [0, 1]),
      ],
      outputs: [tensorFrom("f16", [2, 2], [-4, 3.5, 4, -4])],
    },
    {
      attributes: { block_size: 2, output_dtype: 16 },
      inputs: [tensorFrom("f4e2m1", [1, 3], [1.5, 6, -2]), tensorFrom("f8e8m0", [1, 2], [4, 0.5])],
      outputs: [tensorFrom("bf16", [1, 3], [6, 24, -1])],
    },
  ],
  errors: () => [
    {
      inputs: [tensorFrom("u8", [2, 2], [1, 2, 3, 4]), tensorFrom("f32", [2, 1], [1, 1])],
      message: /the scale has shape \[2, 1\], expected one value or \[2\] for axis 1/,
    },
    {
      inputs: [tensorFrom("f4e2m1", [1], [1]), tensorFrom("f8e8m0", [], [1])],
      message: /output_dtype must be given when x_scale is f8e8m0/,
    },
    {
      inputs: [tensorFrom("u8", [1], [1]), tensorFrom("f32", [], [1]), tensorFrom("u8", [2], [1, 2])],
      message: /the zero point has shape \[2\], expected that of the scale/,
    },
  ],
});

interface Attributes {
  readonly axis: number;
  readonly block_size: number;
  readonly output_dtype: number;
}

interface Rules {
  fail(rule: string): never;
}

function inferDequantized(context: InferContext<Attributes>): readonly Inferred[] {
  const { axis, block_size: blockSize, output_dtype: code } = context.attributes;
  const [x, scale, dtype] = [context.shape(0), context.shape(1), context.dtype(1)];
  if (x !== undefined && scale !== undefined) checkScale(x, scale, axis, blockSize, context);
  if (scale !== undefined) checkZeroPoint(scale, context.shape(2), context);
  if (dtype === undefined && code === 0) return [undefined];
  return [tensorType(resultType(dtype, code, context), x)];
}

function resultType(scale: DType | undefined, code: number, context: Rules): DType {
  if (code === 0 && scale !== undefined) {
    if (scale === "f8e8m0") context.fail("output_dtype must be given when x_scale is f8e8m0");
    return scale;
  }
  const stated = dtypeOfOnnxCode(code);
  if (stated === undefined || !["f16", "bf16", "f32"].includes(stated)) {
    context.fail(`output_dtype ${code} must be f32 (1), f16 (10) or bf16 (16)`);
  }
  return stated;
}

function dequantizeAll(
  parts: Granularity,
  x: NumberData,
  scale: NumberData,
  zeroPoint: NumberData | undefined,
  out: NumberData,
): Steps<void> {
  return eachStretch(parts, (at, count, s, sStep) => {
    for (let i = at; i < at + count; i++, s += sStep) {
      out[i] = (zeroPoint === undefined ? x[i] : x[i] - zeroPoint[s]) * scale[s];
    }
  });
}

function withoutOutputType(node: Node, rewrite: RewriteContext): Node | undefined {
  const code = attributeOf(node, "output_dtype");
  if (code?.kind !== "int" || code.value === 0n) return withoutAttributes(node, "output_dtype");
  const scale = rewrite.typeOf(node.inputs[1]);
  if (scale?.kind !== "tensor" || code.value !== BigInt(onnxCodeOfDtype(scale.dtype))) return undefined;
  return withoutAttributes(node, "output_dtype");
}

function withoutBlocks(node: Node): Node | undefined {
  const block = attributeOf(node, "block_size");
  return block?.kind === "int" && block.value !== 0n ? undefined : withoutAttributes(node, "block_size");
}
