import type { DType } from "../../dtypes/dtypes.ts";
import type { KernelContext, Outputs, Steps } from "../../kernels/context.ts";
import { numbersOf } from "../../kernels/read-numbers.ts";
import { realOutput } from "../../kernels/real-output.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import type { NumberData, Tensor } from "../../tensors/tensor.ts";
import { tensorType, type Value } from "../../tensors/values.ts";
import { float, int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { attributeDtype, DRAWS, seedOf } from "./draw.ts";

const INDEX_DTYPES = types("i32 i64");

interface Failing {
  fail(rule: string): never;
}

/**
 * `sample_size` classes for each row of unnormalised log-probabilities [batch, classes]: [batch, sample_size]. ONNX
 * Multinomial.
 */
export const multinomial = defineOperator({
  name: "Multinomial",
  versions: [{ since: 22 }, { since: 7, types: { T1: types("f16 f32 f64"), T2: types("i32 i64") } }],
  inputs: [required("input", "T1")],
  outputs: [required("output", "T2")],
  types: { T1: types("f16 bf16 f32 f64"), T2: INDEX_DTYPES },
  attributes: { dtype: int({ default: 6 }), sample_size: int({ default: 1 }), seed: float() },
  infer(context) {
    const { dtype, sample_size: samples } = context.attributes;
    checkSampleSize(samples, context);
    const shape = context.shape(0);
    checkRank(shape?.length, context);
    return [tensorType(indexDtype(dtype, context), [shape === undefined ? context.fresh() : shape[0], samples])];
  },
  reference: drawMultinomial,
  accuracy: "random",
  samples: () => [
    {
      attributes: { sample_size: 3, dtype: 7 },
      inputs: [tensorFrom("f32", [2, 2], [0, -1000, -1000, 0])],
      outputs: [tensorFrom("i64", [2, 3], [0, 0, 0, 1, 1, 1])],
    },
    { attributes: { sample_size: 4, seed: 1 }, inputs: [tensorFrom("f32", [1, 3], [0.5, 1, 0.25])] },
  ],
  errors: () => [
    { inputs: [tensorFrom("f32", [2], [0, 0])], message: /input of rank 1 must be of rank 2/ },
    { attributes: { sample_size: 0 }, inputs: [tensorFrom("f32", [1, 1], [0])], message: /must be at least 1/ },
    { inputs: [tensorFrom("f32", [1, 2], [Number.NaN, 0])], message: /must have a finite largest value/ },
  ],
});

const indexDtype = (code: number, context: Failing): DType => attributeDtype(code, undefined, INDEX_DTYPES, context)!;

function checkSampleSize(samples: number, context: Failing): void {
  if (samples < 1) context.fail(`sample_size ${samples} must be at least 1`);
}

function checkRank(rank: number | undefined, context: Failing): void {
  if (rank !== undefined && rank !== 2) context.fail(`an input of rank ${rank} must be of rank 2 ([batch, classes])`);
}

function* drawMultinomial(
  [input]: readonly (Value | undefined)[],
  attributes: { readonly dtype: number; readonly sample_size: number; readonly seed: number | undefined },
  context: KernelContext,
): Steps<Outputs> {
  const x = input as Tensor;
  checkRank(x.shape.length, context);
  checkSampleSize(attributes.sample_size, context);
  const [batch, classes] = x.shape;
  const samples = attributes.sample_size;
  const out = realOutput(indexDtype(attributes.dtype, context), [batch, samples], context);
  const source = context.random(seedOf(attributes.seed));
  const data = yield* numbersOf(x, context);
  context.reserve(classes * 8);
  const cumulative = new Float64Array(classes);
  for (let row = 0, work = 0; row < batch; row++) {
    yield* accumulate(data, row * classes, cumulative, context);
    for (let i = 0; i < samples; i++) {
      out.write(row * samples + i, firstAbove(cumulative, source.uniform() * cumulative[classes - 1]));
      if (++work % DRAWS === 0) yield undefined;
    }
    work += classes;
    yield undefined;
  }
  return [out.tensor()];
}

/** Classes between two yields. */
const CLASSES = 1 << 18;

/** Running sums of exp(x - max x) over one row. */
function* accumulate(data: NumberData, start: number, cumulative: Float64Array, context: KernelContext): Steps<void> {
  let largest = -Infinity;
  for (let i = 0; i < cumulative.length; i++) {
    const value = data[start + i];
    if (value > largest || Number.isNaN(value)) largest = value;
    if (i % CLASSES === CLASSES - 1) yield undefined;
  }
  if (!Number.isFinite(largest)) context.fail(`each row must have a finite largest value, found ${largest}`);
  let sum = 0;
  for (let i = 0; i < cumulative.length; i++) {
    sum += Math.exp(data[start + i] - largest);
    cumulative[i] = sum;
    if (i % CLASSES === CLASSES - 1) yield undefined;
  }
}

/** The first index whose running sum exceeds `target`. */
function firstAbove(cumulative: Float64Array, target: number): number {
  let low = 0;
  let high = cumulative.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cumulative[middle] > target) high = middle;
    else low = middle + 1;
  }
  return low;
}
