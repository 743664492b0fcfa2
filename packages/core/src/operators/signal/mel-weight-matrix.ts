import type { Inferred } from "../../inference/context.ts";
import type { KernelContext, Outputs, Steps } from "../../kernels/context.ts";
import { type RealOutput, realOutput } from "../../kernels/real-output.ts";
import { scalar, tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { tensorType, type Value } from "../../tensors/values.ts";
import { int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { REAL_13E, types } from "../type-sets.ts";
import { outputDtype } from "./window.ts";

interface Failing {
  fail(rule: string): never;
}

/**
 * Triangles of peak 1, evenly spaced on the mel scale 2595 log10(1 + f / 700) between two frequencies, over the bins of
 * a onesided spectrum: [floor(dft_length / 2) + 1, num_mel_bins]. ONNX MelWeightMatrix.
 */
export const melWeightMatrix = defineOperator({
  name: "MelWeightMatrix",
  versions: [{ since: 17 }],
  inputs: [
    required("num_mel_bins", "T1"),
    required("dft_length", "T1"),
    required("sample_rate", "T1"),
    required("lower_edge_hertz", "T2"),
    required("upper_edge_hertz", "T2"),
  ],
  outputs: [required("output", "T3")],
  types: { T1: types("i32 i64"), T2: types("f16 bf16 f32 f64"), T3: REAL_13E },
  attributes: { output_datatype: int({ default: 1 }) },
  infer(context): readonly Inferred[] {
    const dtype = outputDtype(context.attributes.output_datatype, context);
    const mels = context.values(0)?.[0] ?? context.fresh();
    const length = context.values(1)?.[0];
    if (typeof mels === "number" && typeof length === "number") checkSizes(mels, length, context);
    const bins = typeof length === "number" ? Math.floor(length / 2) + 1 : context.fresh();
    return [tensorType(dtype, [bins, mels])];
  },
  reference: melMatrix,
  accuracy: "transcendental",
  samples: () => [
    {
      inputs: [
        tensorFrom("i32", [], [2]),
        tensorFrom("i32", [], [8]),
        tensorFrom("i32", [], [8192]),
        tensorFrom("f32", [], [0]),
        tensorFrom("f32", [], [4096]),
      ],
      outputCount: 1,
    },
  ],
  errors: () => [
    {
      inputs: [
        tensorFrom("i32", [], [2]),
        tensorFrom("i32", [], [8]),
        tensorFrom("i32", [], [1000]),
        tensorFrom("f32", [], [0]),
        tensorFrom("f32", [], [4096]),
      ],
      message: /upper_edge_hertz 4096 must not exceed half of sample_rate/,
    },
  ],
});

function checkSizes(mels: number, length: number, context: Failing): void {
  if (mels < 0) context.fail(`num_mel_bins ${mels} must not be negative`);
  if (length < 1) context.fail(`dft_length ${length} must be at least 1`);
}

const toMel = (hertz: number): number => (2595 * Math.log1p(hertz / 700)) / Math.LN10;
const toHertz = (mel: number): number => 700 * Math.expm1((mel / 2595) * Math.LN10);

function* melMatrix(
  inputs: readonly (Value | undefined)[],
  attributes: { readonly output_datatype: number },
  context: KernelContext,
): Steps<Outputs> {
  const [mels, length, rate, lower, upper] = (inputs as Tensor[]).map(scalar);
  checkSizes(mels, length, context);
  if (rate < 1) context.fail(`sample_rate ${rate} must be at least 1`);
  if (!(lower >= 0 && lower <= upper && upper < Infinity)) {
    context.fail(`edges ${lower} and ${upper} must be finite, not negative and in order`);
  }
  const bins = Math.floor(length / 2) + 1;
  const out = realOutput(outputDtype(attributes.output_datatype, context), [bins, mels], context);
  const low = toMel(lower);
  const step = (toMel(upper) - low) / (mels + 2);
  const binOf = (point: number): number => Math.floor(((length + 1) * toHertz(low + point * step)) / rate);
  if (mels > 0 && (binOf(mels) >= bins || binOf(mels + 1) > bins)) {
    context.fail(`upper_edge_hertz ${upper} must not exceed half of sample_rate ${rate}`);
  }
  for (let mel = 0; mel < mels; mel++) {
    writeTriangle(out, mel, mels, binOf(mel), binOf(mel + 1), binOf(mel + 2));
    if (mel % 64 === 63) yield undefined;
  }
  return [out.tensor()];
}

/** A column that rises from `left` to 1 at `center` and falls to `right`. */
function writeTriangle(
  out: RealOutput,
  column: number,
  columns: number,
  left: number,
  center: number,
  right: number,
): void {
  for (let bin = left; bin < center; bin++) out.write(bin * columns + column, (bin - left) / (center - left));
  out.write(center * columns + column, 1);
  for (let bin = center + 1; bin < right; bin++) out.write(bin * columns + column, (right - bin) / (right - center));
}
