import { numbersOf } from "../../kernels/read-numbers.ts";
import type { Inferred } from "../../inference/context.ts";
import { normalizeAxis } from "../../kernels/broadcast.ts";
import type { KernelContext, Outputs, Steps } from "../../kernels/context.ts";
import { fourierPoints } from "../../lowering/fourier-points.ts";
import type { Dim } from "../../snapshot/dims.ts";
import { attributeOf, type Node } from "../../snapshot/types.ts";
import { scalar, tensorFrom } from "../../tensors/elements.ts";
import type { NumberData, Tensor } from "../../tensors/tensor.ts";
import { tensorType, type Value } from "../../tensors/values.ts";
import { int } from "../attributes.ts";
import { intAttribute, withAttributes, withoutAttributes } from "../edit-node.ts";
import { defineOperator, optional, required, type RewriteContext } from "../operator.ts";
import { types } from "../type-sets.ts";
import { fftBytes, makeFft } from "./fft.ts";

interface DftAttributes {
  readonly inverse: number;
  readonly onesided: number;
}

interface Failing {
  fail(rule: string): never;
}

/**
 * The discrete Fourier transform along one axis of [..., 1] (real) or [..., 2] (complex), cut or padded with zeros to
 * `dft_length`. onesided: only the first half of the spectrum is given, or read by the inverse, whose result is real.
 * ONNX DFT.
 */
export const dft = defineOperator({
  name: "DFT",
  versions: [
    { since: 20 },
    {
      since: 17,
      inputs: [required("input", "T1"), optional("dft_length", "T2")],
      attributes: { axis: int({ default: 1 }), inverse: int({ default: 0 }), onesided: int({ default: 0 }) },
      changed: "attribute axis became an input; its default was 1",
      upgrade: axisToInput,
      downgrade: axisToAttribute,
    },
  ],
  inputs: [required("input", "T1"), optional("dft_length", "T2"), optional("axis", "i64")],
  outputs: [required("output", "T1")],
  types: { T1: types("f16 bf16 f32 f64"), T2: types("i32 i64") },
  attributes: { inverse: int({ default: 0 }), onesided: int({ default: 0 }) },
  infer(context): readonly Inferred[] {
    const dtype = context.dtype(0);
    const shape = context.shape(0);
    if (dtype === undefined) return [];
    if (shape === undefined) return [tensorType(dtype)];
    checkParts(shape, context.attributes, context);
    const axis = context.has(2) ? context.values(2)?.[0] : -2;
    const parts = isRealResult(context.attributes) ? 1 : 2;
    if (typeof axis !== "number") return [tensorType(dtype, [...shape.slice(1).map(() => context.fresh()), parts])];
    const at = signalAxis(axis, shape.length, context);
    const given = context.has(1) ? (context.values(1)?.[0] ?? context.fresh()) : undefined;
    const extent = extentOf(shape[at], given, context.attributes, context) ?? context.fresh();
    return [tensorType(dtype, [...shape.slice(0, -1).map((dim, i) => (i === at ? extent : dim)), parts])];
  },
  reference: transform,
  lower: fourierPoints,
  accuracy: "reduction",
  samples: () => [
    {
      inputs: [tensorFrom("f32", [1, 4, 1], [1, 2, 3, 4])],
      outputs: [tensorFrom("f32", [1, 4, 2], [10, 0, -2, 2, -2, 0, -2, -2])],
    },
    {
      attributes: { onesided: 1 },
      inputs: [tensorFrom("f32", [4, 1, 1], [1, 2, 3, 4]), undefined, tensorFrom("i64", [], [0])],
      outputs: [tensorFrom("f32", [3, 1, 2], [10, 0, -2, 2, -2, 0])],
    },
    {
      attributes: { inverse: 1, onesided: 1 },
      inputs: [tensorFrom("f32", [1, 3, 2], [10, 0, -2, 2, -2, 0])],
      outputs: [tensorFrom("f32", [1, 4, 1], [1, 2, 3, 4])],
    },
    {
      attributes: { inverse: 1 },
      inputs: [tensorFrom("f32", [1, 2, 2], [3, 1, 1, -1]), tensorFrom("i64", [], [3])],
      outputCount: 1,
    },
  ],
  errors: () => [
    {
      inputs: [tensorFrom("f32", [1, 2, 3], [1, 2, 3, 4, 5, 6])],
      message: /last dim must be 1 \(real\) or 2 \(complex\)/,
    },
    {
      inputs: [tensorFrom("f32", [1, 2, 1], [1, 2]), undefined, tensorFrom("i64", [], [-1])],
      message: /axis -1 must be in -3..-2 or 0..1/,
    },
    {
      inputs: [tensorFrom("f32", [1, 2, 1], [1, 2]), tensorFrom("i64", [], [0])],
      message: /a transform of length 0 must have at least 1 value/,
    },
  ],
});

function axisToInput(node: Node, rewrite: RewriteContext): Node {
  const axis = attributeOf(node, "axis");
  const value = axis?.kind === "int" ? axis.value : 1n;
  const name = rewrite.constant(tensorFrom("i64", [], [value]));
  return { ...withoutAttributes(node, "axis"), inputs: [node.inputs[0], node.inputs[1] ?? "", name] };
}

function axisToAttribute(node: Node, rewrite: RewriteContext): Node | undefined {
  const [input, length = "", axis = ""] = node.inputs;
  const known = axis === "" ? undefined : rewrite.constantOf(axis);
  if (axis !== "" && known === undefined) return undefined;
  const inputs = length === "" ? [input] : [input, length];
  return withAttributes({ ...node, inputs }, intAttribute("axis", known === undefined ? -2 : scalar(known)));
}

const isRealResult = ({ inverse, onesided }: DftAttributes): boolean => inverse !== 0 && onesided !== 0;

function checkParts(shape: readonly Dim[], { inverse, onesided }: DftAttributes, context: Failing): void {
  const parts = shape.at(-1);
  if (shape.length < 2)
    context.fail(`an input of rank ${shape.length} must have a signal axis and a last one for real and imaginary part`);
  if (typeof parts !== "number") return;
  if (parts !== 1 && parts !== 2) context.fail(`the last dim must be 1 (real) or 2 (complex), found ${parts}`);
  if (onesided === 0) return;
  if (inverse === 0 && parts === 2) context.fail("a onesided transform must have a real input (last dim 1)");
  if (inverse !== 0 && parts === 1) context.fail("a onesided inverse transform must have a complex input (last dim 2)");
}

function signalAxis(axis: number, rank: number, context: Failing): number {
  const isLast = axis === -1 || axis === rank - 1;
  if (isLast) context.fail(`axis ${axis} must be in ${-rank}..-2 or 0..${rank - 2}`);
  return normalizeAxis(axis, rank, context);
}

/** How many values the signal axis of the result has; undefined when that is no linear expression. */
function extentOf(dim: Dim, given: Dim | undefined, attributes: DftAttributes, context: Failing): Dim | undefined {
  const length = given ?? (isRealResult(attributes) ? (typeof dim === "number" ? 2 * (dim - 1) : undefined) : dim);
  if (typeof length === "number" && length < 1)
    context.fail(`a transform of length ${length} must have at least 1 value`);
  if (attributes.onesided === 0 || attributes.inverse !== 0) return length;
  return typeof length === "number" ? Math.floor(length / 2) + 1 : undefined;
}

function* transform(
  inputs: readonly (Value | undefined)[],
  attributes: DftAttributes,
  context: KernelContext,
): Steps<Outputs> {
  const [x, lengthInput, axisInput] = inputs as readonly (Tensor | undefined)[];
  const { dtype, shape } = x!;
  checkParts(shape, attributes, context);
  const axis = signalAxis(axisInput === undefined ? -2 : scalar(axisInput), shape.length, context);
  const given = lengthInput === undefined ? undefined : scalar(lengthInput);
  const extent = extentOf(shape[axis], given, attributes, context) as number;
  const length = given ?? (isRealResult(attributes) ? extent : shape[axis]);
  const outParts = isRealResult(attributes) ? 1 : 2;
  const out = context.output(dtype, [...shape.slice(0, -1).map((dim, i) => (i === axis ? extent : dim)), outParts]);
  context.reserve(16 * length + fftBytes(length));
  const fft = yield* makeFft(length, attributes.inverse !== 0 ? 1 : -1);
  const line = { re: new Float64Array(length), im: new Float64Array(length) };
  const inner = shape.slice(axis + 1, -1).reduce((product, dim) => product * dim, 1);
  const outer = shape.slice(0, axis).reduce((product, dim) => product * dim, 1);
  const data = yield* numbersOf(x!, context);
  const parts = shape[shape.length - 1];
  for (let o = 0, work = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      const read: Line = {
        data,
        at: (o * shape[axis] * inner + i) * parts,
        step: inner * parts,
        count: shape[axis],
        parts,
      };
      const write: Line = {
        data: out.data,
        at: (o * extent * inner + i) * outParts,
        step: inner * outParts,
        count: extent,
        parts: outParts,
      };
      yield* readLine(read, line, isRealResult(attributes));
      yield* fft.run(line.re, line.im);
      yield* writeLine(write, line, attributes.inverse !== 0 ? 1 / length : 1);
      work += length;
      if (work < 1 << 16) continue;
      work = 0;
      yield undefined;
    }
  }
  return [yield* out.rounded()];
}

/** `count` values of one or two parts, `step` apart. */
interface Line {
  readonly data: NumberData;
  readonly at: number;
  readonly step: number;
  readonly count: number;
  readonly parts: number;
}

interface Complex {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/** Fills the signal, zeros past its end; `isHalf`: the second half is the mirrored conjugate of the first. */
function* readLine({ data, at, step, count, parts }: Line, { re, im }: Complex, isHalf: boolean): Steps<void> {
  const length = re.length;
  re.fill(0);
  im.fill(0);
  const given = Math.min(count, isHalf ? Math.floor(length / 2) + 1 : length);
  for (let i = 0; i < given; i++) {
    re[i] = data[at + i * step];
    if (parts === 2) im[i] = data[at + i * step + 1];
    if ((i & 0x3ffff) === 0x3ffff) yield undefined;
  }
  if (!isHalf) return;
  for (let i = 1; i < given && length - i > i; i++) {
    re[length - i] = re[i];
    im[length - i] = -im[i];
    if ((i & 0x3ffff) === 0x3ffff) yield undefined;
  }
}

function* writeLine({ data, at, step, count, parts }: Line, { re, im }: Complex, scale: number): Steps<void> {
  for (let i = 0; i < count; i++) {
    data[at + i * step] = re[i] * scale;
    if (parts === 2) data[at + i * step + 1] = im[i] * scale;
    if ((i & 0x3ffff) === 0x3ffff) yield undefined;
  }
}
