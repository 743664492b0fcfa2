import { numbersOf } from "../../kernels/read-numbers.ts";
import type { Inferred } from "../../inference/context.ts";
import type { KernelContext, Outputs, Steps } from "../../kernels/context.ts";
import { frameFourierPoints } from "../../lowering/fourier-points.ts";
import type { Dim } from "../../snapshot/dims.ts";
import { scalar, tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { tensorType, type Value } from "../../tensors/values.ts";
import { int } from "../attributes.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { fftBytes, makeFft } from "./fft.ts";

interface Failing {
  fail(rule: string): never;
}

/**
 * The Fourier transforms of frames of a signal [batch, length, 1 or 2], `frame_step` apart, each multiplied by the
 * window: [batch, frames, bins, 2], with frame_length / 2 + 1 bins when onesided. ONNX STFT.
 */
export const stft = defineOperator({
  name: "STFT",
  versions: [{ since: 17 }],
  inputs: [
    required("signal", "T1"),
    required("frame_step", "T2"),
    optional("window", "T1"),
    optional("frame_length", "T2"),
  ],
  outputs: [required("output", "T1")],
  types: { T1: types("f16 bf16 f32 f64"), T2: types("i32 i64") },
  attributes: { onesided: int({ default: 1 }) },
  infer(context): readonly Inferred[] {
    const dtype = context.dtype(0);
    const signal = context.shape(0);
    if (dtype === undefined) return [];
    if (signal === undefined) return [tensorType(dtype)];
    checkSignal(signal, context.attributes.onesided, context);
    const window = context.shape(2);
    const known = context.has(3) ? context.values(3)?.[0] : context.has(2) ? window?.[0] : signal[1];
    const length = typeof known === "number" ? known : undefined;
    const step = context.values(1)?.[0];
    if (length !== undefined) checkFrame(length, signal[1], window, context);
    const canCount = length !== undefined && typeof step === "number" && typeof signal[1] === "number";
    const frames = canCount ? frameCount(signal[1] as number, length, step, context) : context.fresh();
    const bins = length === undefined ? context.fresh() : binCount(length, context.attributes.onesided);
    return [tensorType(dtype, [signal[0], frames, bins, 2])];
  },
  reference: transformFrames,
  lower: frameFourierPoints,
  accuracy: "reduction",
  samples: () => [
    {
      inputs: [
        tensorFrom("f32", [1, 6, 1], [1, 2, 3, 4, 5, 6]),
        tensorFrom("i64", [], [2]),
        undefined,
        tensorFrom("i64", [], [4]),
      ],
      outputs: [tensorFrom("f32", [1, 2, 3, 2], [10, 0, -2, 2, -2, 0, 18, 0, -2, 2, -2, 0])],
    },
    {
      attributes: { onesided: 0 },
      inputs: [
        tensorFrom("f32", [1, 3, 2], [1, 0, 0, 1, 2, 2]),
        tensorFrom("i32", [], [1]),
        tensorFrom("f32", [2], [1, 0.5]),
      ],
      outputs: [tensorFrom("f32", [1, 2, 2, 2], [1, 0.5, 1, -0.5, 1, 2, -1, 0])],
    },
  ],
  errors: () => [
    {
      inputs: [tensorFrom("f32", [1, 4, 1], [1, 2, 3, 4]), tensorFrom("i64", [], [0])],
      message: /frame_step 0 must be at least 1/,
    },
    {
      inputs: [
        tensorFrom("f32", [1, 4, 1], [1, 2, 3, 4]),
        tensorFrom("i64", [], [1]),
        undefined,
        tensorFrom("i64", [], [5]),
      ],
      message: /frame length 5 must be in 1..4/,
    },
    {
      inputs: [tensorFrom("f32", [1, 2, 2], [1, 2, 3, 4]), tensorFrom("i64", [], [1])],
      message: /a onesided transform must have a real signal/,
    },
  ],
});

function checkSignal(shape: readonly Dim[], onesided: number, context: Failing): void {
  const parts = shape[2];
  if (shape.length !== 3) context.fail(`a signal of rank ${shape.length} must be [batch, length, 1 or 2]`);
  if (typeof parts !== "number") return;
  if (parts !== 1 && parts !== 2) context.fail(`the last dim must be 1 (real) or 2 (complex), found ${parts}`);
  if (parts === 2 && onesided !== 0) context.fail("a onesided transform must have a real signal (last dim 1)");
}

function checkFrame(length: number, signal: Dim, window: readonly Dim[] | undefined, context: Failing): void {
  const longest = typeof signal === "number" ? signal : Infinity;
  if (length < 1 || length > longest) context.fail(`frame length ${length} must be in 1..${longest}`);
  if (window === undefined) return;
  if (window.length !== 1) context.fail(`a window of rank ${window.length} must be of rank 1`);
  if (typeof window[0] === "number" && window[0] !== length) {
    context.fail(`a window of ${window[0]} values must have frame_length (${length})`);
  }
}

function frameCount(signal: number, length: number, step: number, context: Failing): number {
  if (step < 1) context.fail(`frame_step ${step} must be at least 1`);
  return Math.floor((signal - length) / step) + 1;
}

function binCount(length: number, onesided: number): number {
  return onesided !== 0 ? Math.floor(length / 2) + 1 : length;
}

function* transformFrames(
  inputs: readonly (Value | undefined)[],
  { onesided }: { readonly onesided: number },
  context: KernelContext,
): Steps<Outputs> {
  const [x, stepInput, window, lengthInput] = inputs as readonly (Tensor | undefined)[];
  const { dtype, shape } = x!;
  checkSignal(shape, onesided, context);
  const [batch, signal, parts] = shape;
  const length = lengthInput !== undefined ? scalar(lengthInput) : (window?.shape[0] ?? signal);
  const step = scalar(stepInput!);
  checkFrame(length, signal, window?.shape, context);
  const frames = frameCount(signal, length, step, context);
  const bins = binCount(length, onesided);
  const out = context.output(dtype, [batch, frames, bins, 2]);
  context.reserve(16 * length + fftBytes(length));
  const fft = yield* makeFft(length, -1);
  const [re, im] = [new Float64Array(length), new Float64Array(length)];
  const data = yield* numbersOf(x!, context);
  const weights = window === undefined ? undefined : yield* numbersOf(window, context);
  let to = 0;
  for (let frame = 0, work = 0; frame < batch * frames; frame++) {
    const from = (Math.floor(frame / frames) * signal + (frame % frames) * step) * parts;
    for (let i = 0; i < length; i++) {
      const weight = weights === undefined ? 1 : weights[i];
      re[i] = data[from + i * parts] * weight;
      im[i] = parts === 2 ? data[from + i * parts + 1] * weight : 0;
      if ((i & 0x3ffff) === 0x3ffff) yield undefined;
    }
    yield* fft.run(re, im);
    for (let k = 0; k < bins; k++) {
      out.data[to++] = re[k];
      out.data[to++] = im[k];
      if ((k & 0x3ffff) === 0x3ffff) yield undefined;
    }
    work += length;
    if (work < 1 << 16) continue;
    work = 0;
    yield undefined;
  }
  return [yield* out.rounded()];
}
