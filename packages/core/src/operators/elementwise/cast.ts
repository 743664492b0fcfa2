import { DTYPES, type DType, dtypeOfOnnxCode, onnxCodeOfDtype } from "../../dtypes/dtypes.ts";
import { quote } from "../../errors/quote.ts";
import { castTo } from "../../kernels/cast.ts";
import type { KernelContext, Outputs, Steps } from "../../kernels/context.ts";
import { attributeOf, type Node } from "../../snapshot/types.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { tensorType } from "../../tensors/values.ts";
import { castPoints } from "../../lowering/cast-points.ts";
import { int, string } from "../attributes.ts";
import { intAttribute, stringAttribute, withAttributes, withoutAttributes } from "../edit-node.ts";
import { defineOperator, required, type RewriteContext } from "../operator.ts";
import {
  REAL_AND_BOOL_1B,
  TEXT_AND_NUMBERS_13,
  TEXT_AND_NUMBERS_19,
  TEXT_AND_NUMBERS_21,
  TEXT_AND_NUMBERS_23,
  TEXT_AND_NUMBERS_24,
  TEXT_AND_NUMBERS_25,
  TEXT_AND_NUMBERS_28,
  TEXT_AND_NUMBERS_9,
} from "../type-sets.ts";
import { castOptions, propagateCast } from "./cast-options.ts";
import { vector } from "./samples.ts";

/** The dtype that `to` names; fails for a number that stands for none. */
function targetOf(to: number, context: { fail(rule: string): never }): DType {
  const dtype = dtypeOfOnnxCode(to);
  if (dtype === undefined || !TEXT_AND_NUMBERS_28.includes(dtype)) {
    context.fail(`to is ${to}${dtype === undefined ? "" : ` (${dtype})`}, expected a dtype of numbers or text`);
  }
  return dtype as DType;
}

function* castNumbers(
  x: Tensor,
  attributes: Parameters<typeof castOptions>[0] & { to: number },
  context: KernelContext,
): Steps<Outputs> {
  const to = targetOf(attributes.to, context);
  return [yield* castTo(x, to, castOptions(attributes, to, context), context)];
}

/** The numbers that stand for dtypes in `to`, as the names that version 1 has. */
const NAMES_OF_VERSION_1: Readonly<Partial<Record<DType, string>>> = {
  bool: "BOOL",
  i8: "INT8",
  i16: "INT16",
  i32: "INT32",
  i64: "INT64",
  u8: "UINT8",
  u16: "UINT16",
  u32: "UINT32",
  u64: "UINT64",
  f16: "FLOAT16",
  f32: "FLOAT",
  f64: "DOUBLE",
};

function numberTarget(node: Node, rewrite: RewriteContext): Node {
  const to = attributeOf(node, "to");
  const name = to?.kind === "string" ? to.value : "";
  const found = Object.entries(NAMES_OF_VERSION_1).find(([, known]) => known === name.toUpperCase());
  if (found === undefined) return rewrite.fail(`to is ${quote(name)}, which names no type`);
  return withAttributes(node, intAttribute("to", onnxCodeOfDtype(found[0] as DType)));
}

function nameTarget(node: Node): Node | undefined {
  const name = NAMES_OF_VERSION_1[targetAttribute(node) ?? "string"];
  return name === undefined ? undefined : withAttributes(node, stringAttribute("to", name));
}

function targetAttribute(node: Node): DType | undefined {
  const to = attributeOf(node, "to");
  return to?.kind === "int" ? dtypeOfOnnxCode(Number(to.value)) : undefined;
}

/** Before opset 24 there was no f8e8m0, the only dtype that round_mode is for. */
function dropRoundMode(node: Node): Node | undefined {
  return targetAttribute(node) === "f8e8m0" ? undefined : withoutAttributes(node, "round_mode");
}

/** Before opset 19 there were no 8-bit floats, which saturate is for. */
function dropSaturate(node: Node): Node | undefined {
  const to = targetAttribute(node);
  return to !== undefined && DTYPES[to].kind === "float" && DTYPES[to].bits <= 8
    ? undefined
    : withoutAttributes(node, "saturate");
}

/**
 * X in the dtype `to`. Floats become integers by dropping the fraction and keeping the low bits, NaN and infinities 0;
 * 8-bit floats take what is out of range as their largest value, or without `saturate` as infinity or NaN.
 * Text that is no number is refused; numbers are written as the shortest plain decimal. ONNX Cast.
 */
export const cast = defineOperator({
  name: "Cast",
  versions: [
    { since: 28 },
    { since: 25, types: { T1: TEXT_AND_NUMBERS_25, T2: TEXT_AND_NUMBERS_25 } },
    { since: 24, types: { T1: TEXT_AND_NUMBERS_24, T2: TEXT_AND_NUMBERS_24 } },
    {
      since: 23,
      types: { T1: TEXT_AND_NUMBERS_23, T2: TEXT_AND_NUMBERS_23 },
      attributes: { saturate: int({ default: 1 }), to: int({ required: true }) },
      changed: "round_mode; infinities saturate in the fnuz types too",
      downgrade: dropRoundMode,
    },
    { since: 21, types: { T1: TEXT_AND_NUMBERS_21, T2: TEXT_AND_NUMBERS_21 } },
    { since: 19, types: { T1: TEXT_AND_NUMBERS_19, T2: TEXT_AND_NUMBERS_19 } },
    {
      since: 13,
      types: { T1: TEXT_AND_NUMBERS_13, T2: TEXT_AND_NUMBERS_13 },
      attributes: { to: int({ required: true }) },
      changed: "saturate",
      downgrade: dropSaturate,
    },
    { since: 9, types: { T1: TEXT_AND_NUMBERS_9, T2: TEXT_AND_NUMBERS_9 } },
    { since: 6, types: { T1: REAL_AND_BOOL_1B, T2: REAL_AND_BOOL_1B } },
    {
      since: 1,
      attributes: { to: string({ required: true }) },
      changed: "to is a number",
      upgrade: numberTarget,
      downgrade: nameTarget,
    },
  ],
  inputs: [required("input", "T1")],
  outputs: [required("output", "T2")],
  types: { T1: TEXT_AND_NUMBERS_28, T2: TEXT_AND_NUMBERS_28 },
  attributes: { round_mode: string({ default: "up" }), saturate: int({ default: 1 }), to: int({ required: true }) },
  infer: (context) => {
    const to = targetOf(context.attributes.to, context);
    castOptions(context.attributes, to, context);
    return [tensorType(to, context.shape(0))];
  },
  propagate: (context) => propagateCast(dtypeOfOnnxCode(context.attributes.to), context),
  reference: ([x], attributes, context) => castNumbers(x as Tensor, attributes, context),
  lower: castPoints,
  accuracy: "rounding",
  samples: () => {
    const to = (dtype: DType) => ({ to: onnxCodeOfDtype(dtype) });
    const reals = [0.5, -1.75, 300, 1e30, NaN, Infinity];
    return [
      {
        attributes: to("f16"),
        inputs: [vector("f32", 1, 65519, 65520, -1e-8)],
        outputs: [vector("f16", 1, 65504, Infinity, -0)],
      },
      { attributes: to("i32"), inputs: [vector("f32", ...reals)], outputs: [vector("i32", 0, -1, 300, 0, 0, 0)] },
      { attributes: to("u8"), inputs: [vector("f32", ...reals)], outputs: [vector("u8", 0, 255, 44, 0, 0, 0)] },
      { attributes: to("bool"), inputs: [vector("f32", ...reals, 0)], outputs: [vector("bool", 1, 1, 1, 1, 1, 1, 0)] },
      { attributes: to("i8"), inputs: [vector("i16", 200, -1)], outputs: [vector("i8", -56, -1)] },
      { attributes: to("i4"), inputs: [vector("f32", -9, 7, 8)], outputs: [vector("i4", 7, 7, -8)] },
      { attributes: to("u64"), inputs: [vector("i64", -1)], outputs: [vector("u64", 2n ** 64n - 1n)] },
      {
        attributes: to("f32"),
        inputs: [vector("i64", 2n ** 60n + 2n ** 36n + 1n)],
        outputs: [vector("f32", 2 ** 60 + 2 ** 37)],
      },
      {
        attributes: to("f8e4m3fn"),
        inputs: [vector("f32", 0.47, 1e6, -Infinity, NaN)],
        outputs: [vector("f8e4m3fn", 0.46875, 448, -448, NaN)],
      },
      {
        attributes: { ...to("f8e8m0"), round_mode: "nearest" },
        inputs: [vector("f32", 1.1, 3, 0)],
        outputs: [vector("f8e8m0", 1, 4, 2 ** -127)],
      },
      {
        attributes: to("string"),
        inputs: [vector("f32", 0.1, -314.15926, 1, Infinity, NaN)],
        outputs: [vector("string", "0.1", "-314.15927", "1", "INF", "NaN")],
      },
      {
        attributes: to("f32"),
        inputs: [vector("string", "3.14", "1e-5", "+INF", "nan")],
        outputs: [vector("f32", 3.14, 1e-5, Infinity, NaN)],
      },
      {
        attributes: to("i64"),
        inputs: [vector("string", "9223372036854775807", "-3.5")],
        outputs: [vector("i64", 2n ** 63n - 1n, -3n)],
      },
      {
        attributes: to("f64"),
        inputs: [tensorFrom("bool", [2, 1], [true, false])],
        outputs: [tensorFrom("f64", [2, 1], [1, 0])],
      },
    ];
  },
  errors: () => [
    { attributes: { to: 0 }, inputs: [vector("f32", 1)], message: /to is 0/ },
    { attributes: { to: 14 }, inputs: [vector("f32", 1)], message: /to is 14 \(c64\)/ },
    { attributes: { to: 24, round_mode: "odd" }, inputs: [vector("f32", 1)], message: /up, down or nearest/ },
    { attributes: { to: 1 }, inputs: [vector("string", "Hello")], message: /"Hello" is not a number/ },
  ],
});
