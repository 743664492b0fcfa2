import { numbersOf } from "../../kernels/read-numbers.ts";
import type { KernelContext, Outputs, Steps } from "../../kernels/context.ts";
import { realOutput } from "../../kernels/real-output.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import type { Value } from "../../tensors/values.ts";
import { float, int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { REAL_AND_BOOL_13, types } from "../type-sets.ts";
import { attributeDtype, DRAWS, inferLike, seedOf } from "./draw.ts";

/**
 * 1 with the probability that the element of the input states, else 0. A seed gives numpy RandomState.binomial(1, p).
 * ONNX Bernoulli.
 */
export const bernoulli = defineOperator({
  name: "Bernoulli",
  versions: [{ since: 22 }, { since: 15, types: { T1: types("f16 f32 f64"), T2: REAL_AND_BOOL_13 } }],
  inputs: [required("input", "T1")],
  outputs: [required("output", "T2")],
  types: { T1: types("f16 bf16 f32 f64"), T2: REAL_AND_BOOL_13 },
  attributes: { dtype: int(), seed: float() },
  infer: inferLike(REAL_AND_BOOL_13),
  reference: drawBernoulli,
  accuracy: "random",
  samples: () => [
    { inputs: [tensorFrom("f32", [2, 2], [0, 1, 1, 0])], outputs: [tensorFrom("f32", [2, 2], [0, 1, 1, 0])] },
    { attributes: { dtype: 9, seed: 0 }, inputs: [tensorFrom("f64", [3], [0.5, 0.25, 0.75])] },
  ],
  errors: () => [{ inputs: [tensorFrom("f32", [1], [1.5])], message: /probability 1.5 must be in 0..1/ }],
});

function* drawBernoulli(
  [input]: readonly (Value | undefined)[],
  attributes: { readonly dtype: number | undefined; readonly seed: number | undefined },
  context: KernelContext,
): Steps<Outputs> {
  const x = input as Tensor;
  const out = realOutput(attributeDtype(attributes.dtype, x.dtype, REAL_AND_BOOL_13, context)!, x.shape, context);
  const probabilities = yield* numbersOf(x, context);
  const source = context.random(seedOf(attributes.seed));
  for (let i = 0; i < out.length; i++) {
    const p = probabilities[i];
    if (!(p >= 0 && p <= 1)) context.fail(`probability ${p} must be in 0..1`);
    const draw = source.uniform();
    // numpy's inversion: the smaller of p and 1 - p decides which side of the draw counts.
    out.write(i, (p <= 0.5 ? draw > 1 - p : draw <= p) ? 1 : 0);
    if (i % DRAWS === DRAWS - 1) yield undefined;
  }
  return [yield* out.rounded()];
}
