import { type DType, dtypeOfOnnxCode, isFloat, onnxCodeOfDtype } from "../../dtypes/dtypes.ts";
import type { InferContext, Inferred } from "../../inference/context.ts";
import { castTo } from "../../kernels/cast.ts";
import type { KernelContext, Steps } from "../../kernels/context.ts";
import { quantizerOf } from "../../kernels/quantizer.ts";
import { rounderOf } from "../../kernels/round-to.ts";
import { numbersOf } from "../../kernels/read-numbers.ts";
import { attributeOf, type Node } from "../../snapshot/types.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import { elementCount, type NumberData, type Tensor, tensorOf } from "../../tensors/tensor.ts";
import { tensorType } from "../../tensors/values.ts";
import { quantizePoints } from "../../lowering/quantization-points.ts";
import { int } from "../attributes.ts";
import { withoutAttributes } from "../edit-node.ts";
import { defineOperator, optional, required, type RewriteContext } from "../operator.ts";
import { REAL_19, REAL_21, REAL_23, REAL_24, REAL_25, REAL_28, types } from "../type-sets.ts";
import { checkScale, checkZeroPoint, eachStretch, type Granularity, granularityOf } from "./granularity.ts";
import { withoutAxis } from "./without-axis.ts";

/**
 * saturate(round(x / y_scale) + y_zero_point), half to even; scale and zero point per tensor, per element of `axis`, or per block of
 * block_size along it. The division is rounded to `precision` (default: the type of y_scale). ONNX QuantizeLinear.
 */
export const quantizeLinear = defineOperator({
  name: "QuantizeLinear",
  versions: [
    { since: 28 },
    { since: 25, types: { T1: types("i32 f16 bf16 f32"), T2: REAL_24, T3: REAL_25 } },
    { since: 24, types: { T1: types("i32 f16 bf16 f32"), T2: REAL_24, T3: REAL_23 } },
    { since: 23, types: { T1: types("i32 f16 bf16 f32"), T2: types("i32 f16 bf16 f32"), T3: REAL_23 } },
    {
      since: 21,
      changed: "precision was added, x and y_scale may differ in type",
      downgrade: withoutPrecision,
      inputs: [required("x", "T1"), required("y_scale", "T1"), optional("y_zero_point", "T2")],
      outputs: [required("y", "T2")],
      types: { T1: types("i32 f16 bf16 f32"), T2: REAL_21 },
      attributes: {
        axis: int({ default: 1 }),
        block_size: int({ default: 0 }),
        output_dtype: int({ default: 0 }),
        saturate: int({ default: 1 }),
      },
    },
    {
      since: 19,
      changed: "blocks and output_dtype were added",
      downgrade: withoutBlocks,
      types: { T1: types("i32 f16 bf16 f32"), T2: REAL_19 },
      attributes: { axis: int({ default: 1 }), saturate: int({ default: 1 }) },
    },
    {
      since: 13,
      changed: "saturate was added",
      downgrade: (node) => withoutAttributes(node, "saturate"),
      inputs: [required("x", "T1"), required("y_scale", "f32"), optional("y_zero_point", "T2")],
      types: { T1: types("i32 f32"), T2: types("i8 u8") },
      attributes: { axis: int({ default: 1 }) },
    },
    { since: 10, attributes: {}, changed: "axis was added", downgrade: withoutAxis },
  ],
  inputs: [required("x", "T1"), required("y_scale", "T2"), optional("y_zero_point", "T3")],
  outputs: [required("y", "T3")],
  types: { T1: types("i32 f16 bf16 f32"), T2: REAL_24, T3: REAL_28 },
  attributes: {
    axis: int({ default: 1 }),
    block_size: int({ default: 0 }),
    output_dtype: int({ default: 0 }),
    precision: int({ default: 0 }),
    saturate: int({ default: 1 }),
  },
  infer: inferQuantized,
  *reference(inputs, attributes, context) {
    const [x, scale, zeroPoint] = inputs as [Tensor, Tensor, Tensor | undefined];
    const { axis, block_size: blockSize, saturate } = attributes;
    const dtype = resultType(zeroPoint?.dtype, attributes.output_dtype, context);
    const parts = granularityOf(x.shape, scale.shape, axis, blockSize, context);
    checkZeroPoint(scale.shape, zeroPoint?.shape, context);
    const run: Run = {
      parts,
      x: yield* numbersOf(x, context),
      scale: yield* numbersOf(scale, context),
      zeroPoint: zeroPoint && (yield* numbersOf(zeroPoint, context)),
      round: divisionRounder(scale.dtype, attributes.precision, context),
      quantize: quantizerOf(dtype),
    };
    if (!isFloat(dtype)) {
      const out = context.output(dtype, x.shape);
      yield* quantizeAll(run, out.data);
      return [yield* out.rounded()];
    }
    context.reserve(8 * elementCount(x.shape));
    const values = new Float64Array(run.x.length);
    yield* quantizeAll(run, values);
    const overflow = saturate === 0 ? "special" : "saturate";
    return [yield* castTo(tensorOf("f64", x.shape, values), dtype, { overflow, rounding: "nearest" }, context)];
  },
  lower: quantizePoints,
  accuracy: "exact",
  samples: () => [
    {
      inputs: [
        tensorFrom("f32", [6], [0, 2, 3, 1000, -254, -1000]),
        tensorFrom("f32", [], [2]),
        tensorFrom("u8", [], [128]),
      ],
      outputs: [tensorFrom("u8", [6], [128, 129, 130, 255, 1, 0])],
    },
    {
      attributes: { axis: 0 },
      inputs: [
        tensorFrom("f32", [2, 3], [-1, 0.5, 9, 5, 7, -3]),
        tensorFrom("f32", [2], [1, 2]),
        tensorFrom("i4", [2], [0, 1]),
      ],
      outputs: [tensorFrom("i4", [2, 3], [-1, 0, 7, 3, 5, -1])],
    },
    {
      attributes: { axis: 1, block_size: 2, output_dtype: 3 },
      inputs: [tensorFrom("f32", [2, 3], [6, 12, 50, 1, 8, 4]), tensorFrom("f32", [2, 2], [1.5, 2.5, 3, 4.9])],
      outputs: [tensorFrom("i8", [2, 3], [4, 8, 20, 0, 3, 1])],
    },
    {
      attributes: { saturate: 0 },
      inputs: [
        tensorFrom("f32", [5], [0, 1, 2, 100000, 200]),
        tensorFrom("f32", [], [2]),
        tensorFrom("f8e4m3fn", [], [0]),
      ],
      outputs: [tensorFrom("f8e4m3fn", [5], [0, 0.5, 1, NaN, 96])],
    },
  ],
  errors: () => [
    {
      inputs: [tensorFrom("f32", [2, 2], [1, 2, 3, 4]), tensorFrom("f32", [3], [1, 1, 1])],
      message: /the scale has shape \[3\], expected one value or \[2\] for axis 1/,
    },
    {
      attributes: { axis: 2 },
      inputs: [tensorFrom("f32", [2, 2], [1, 2, 3, 4]), tensorFrom("f32", [2], [1, 1])],
      message: /axis 2 must be in -2..1/,
    },
    {
      attributes: { output_dtype: 1 },
      inputs: [tensorFrom("f32", [1], [1]), tensorFrom("f32", [], [1])],
      message: /output_dtype 1 is no type to quantize to/,
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

function inferQuantized(context: InferContext<Attributes>): readonly Inferred[] {
  const { axis, block_size: blockSize, output_dtype: code } = context.attributes;
  const [x, scale] = [context.shape(0), context.shape(1)];
  if (x !== undefined && scale !== undefined) checkScale(x, scale, axis, blockSize, context);
  if (scale !== undefined) checkZeroPoint(scale, context.shape(2), context);
  if (context.has(2) && context.dtype(2) === undefined) return [undefined];
  return [tensorType(resultType(context.dtype(2), code, context), x)];
}

function resultType(zeroPoint: DType | undefined, code: number, context: Rules): DType {
  const stated = code === 0 ? undefined : dtypeOfOnnxCode(code);
  if (code !== 0 && (stated === undefined || !REAL_28.includes(stated))) {
    context.fail(`output_dtype ${code} is no type to quantize to`);
  }
  if (zeroPoint !== undefined && stated !== undefined && stated !== zeroPoint) {
    context.fail(`output_dtype is ${stated}, expected ${zeroPoint} as y_zero_point is`);
  }
  return zeroPoint ?? stated ?? "u8";
}

function divisionRounder(scale: DType, code: number, context: KernelContext): (value: number) => number {
  const stated = code === 0 ? undefined : dtypeOfOnnxCode(code);
  if (code !== 0 && (stated === undefined || !["f16", "bf16", "f32", "f64"].includes(stated))) {
    context.fail(`precision ${code} is no type to divide in, expected f32 (1), f16 (10), f64 (11) or bf16 (16)`);
  }
  const dtype = stated ?? (scale === "f8e8m0" ? "f32" : scale);
  return rounderOf(dtype === "i32" ? "f64" : dtype, context.wide);
}

interface Run {
  readonly parts: Granularity;
  readonly x: NumberData;
  readonly scale: NumberData;
  readonly zeroPoint: NumberData | undefined;
  readonly round: (value: number) => number;
  readonly quantize: (x: number, zeroPoint: number) => number;
}

function quantizeAll({ parts, x, scale, zeroPoint, round, quantize }: Run, out: NumberData): Steps<void> {
  return eachStretch(parts, (at, count, s, sStep) => {
    for (let i = at; i < at + count; i++, s += sStep) {
      out[i] = quantize(round(round(x[i]) / round(scale[s])), zeroPoint === undefined ? 0 : zeroPoint[s]);
    }
  });
}

function withoutPrecision(node: Node, rewrite: RewriteContext): Node | undefined {
  const precision = attributeOf(node, "precision");
  const [x, scale] = node.inputs.map((name) => rewrite.typeOf(name));
  if (precision?.kind === "int" && precision.value !== 0n) return undefined;
  if (x?.kind === "tensor" && scale?.kind === "tensor" && x.dtype !== scale.dtype) return undefined;
  return withoutAttributes(node, "precision");
}

function withoutBlocks(node: Node): Node | undefined {
  const [block, dtype] = [attributeOf(node, "block_size"), attributeOf(node, "output_dtype")];
  if (block?.kind === "int" && block.value !== 0n) return undefined;
  const implied = (node.inputs[2] ?? "") !== "";
  const plain = dtype?.kind !== "int" || dtype.value === 0n || dtype.value === BigInt(onnxCodeOfDtype("u8"));
  return implied || plain ? withoutAttributes(node, "block_size", "output_dtype") : undefined;
}
