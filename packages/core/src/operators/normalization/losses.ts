import type { InferContext } from "../../inference/context.ts";
import type { KernelContext, Steps } from "../../kernels/context.ts";
import { numbersOf } from "../../kernels/read-numbers.ts";
import { type Dim, formatShape } from "../../snapshot/dims.ts";
import { indices } from "../../tensors/elements.ts";
import { elementCount, type Tensor } from "../../tensors/tensor.ts";

export interface LossAttributes {
  readonly ignore_index: number | undefined;
  readonly reduction: string;
}

interface Failing {
  fail(rule: string): never;
}

/** Labels between two yields. */
const YIELD_AFTER = 1 << 17;

/** The shape of a loss of scores [N, C, ...] and labels [N, ...]: the labels' for reduction "none", else that of a scalar. */
export function lossShape(
  shape: readonly Dim[] | undefined,
  labels: readonly Dim[] | undefined,
  { reduction }: LossAttributes,
  context: Failing,
): readonly Dim[] | undefined {
  if (!["none", "mean", "sum"].includes(reduction)) {
    context.fail(`reduction is "${reduction}", expected "none", "mean" or "sum"`);
  }
  const expected = shape && labelsShape(shape, context);
  if (expected !== undefined && labels !== undefined) checkLabels(expected, labels, context);
  return reduction === "none" ? (labels ?? expected) : [];
}

function labelsShape(shape: readonly Dim[], context: Failing): readonly Dim[] {
  if (shape.length < 2) context.fail(`input 0 has rank ${shape.length}, expected at least 2`);
  return [shape[0], ...shape.slice(2)];
}

function checkLabels(expected: readonly Dim[], labels: readonly Dim[], context: Failing): void {
  const differs = (dim: Dim, i: number): boolean =>
    typeof dim === "number" && typeof labels[i] === "number" && dim !== labels[i];
  if (expected.length === labels.length && !expected.some(differs)) return;
  context.fail(`input 1 has shape ${formatShape(labels)}, expected ${formatShape(expected)}`);
}

/** Checks the weights (input 2), which must have shape [C]. */
export function checkWeights(context: InferContext): void {
  const [shape, weights] = [context.shape(0), context.shape(2)];
  if (weights !== undefined) checkWeightShape(weights, shape?.[1], context);
}

function checkWeightShape(weights: readonly Dim[], classes: Dim | undefined, context: Failing): void {
  const differs = typeof classes === "number" && typeof weights[0] === "number" && classes !== weights[0];
  if (weights.length === 1 && !differs) return;
  const expected = classes === undefined ? "rank 1" : formatShape([classes]);
  context.fail(`input 2 has shape ${formatShape(weights)}, expected ${expected}`);
}

/** The loss -w[label] * logProbability(place, label) of each label (0 for `ignore_index`), or their sum or weighted mean. */
export function* labelLoss(
  inputs: readonly unknown[],
  logProbability: (place: number, label: number) => number,
  attributes: LossAttributes,
  context: KernelContext,
): Steps<Tensor> {
  const [scores, target, weight] = inputs as readonly [Tensor, Tensor, Tensor | undefined];
  const shape = lossShape(scores.shape, target.shape, attributes, context) as readonly number[];
  const classes = scores.shape[1];
  if (weight !== undefined) checkWeightShape(weight.shape, classes, context);
  const weights = weight && (yield* numbersOf(weight, context));
  const out = context.output(scores.dtype, shape);
  context.reserve(elementCount(target.shape) * 16);
  const labels = indices(target);
  const each = attributes.reduction === "none";
  let [total, weightOfAll] = [0, 0];
  for (let place = 0; place < labels.length; place++) {
    const label = labels[place];
    if (label !== attributes.ignore_index) {
      if (!(label >= 0 && label < classes)) context.fail(`label ${label} must be in 0..${classes - 1}`);
      const own = weights === undefined ? 1 : weights[label];
      const loss = -logProbability(place, label) * own;
      total += loss;
      weightOfAll += own;
      if (each) out.data[place] = loss;
    }
    if ((place + 1) % YIELD_AFTER === 0) yield undefined;
  }
  if (!each) out.data[0] = attributes.reduction === "mean" ? total / weightOfAll : total;
  return yield* out.rounded();
}
