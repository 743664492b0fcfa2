import type { Inferred } from "../../inference/context.ts";
import type { KernelContext, Outputs, Steps } from "../../kernels/context.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { tensorType, type Value } from "../../tensors/values.ts";
import { type AttributeValues, floats, int64s, ints, string, strings } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { type ClassLabels, classLabels, labelOutput, largestOf } from "./labels.ts";
import { pairProbabilities } from "./pair-probabilities.ts";
import { applyPostTransform, type PostTransform, postTransformOf, twoScores } from "./post-transform.ts";
import { rowDims, rowsOf } from "./rows.ts";
import { kernelOf, kernelValues } from "./svm-kernel.ts";

const ATTRIBUTES = {
  classlabels_ints: int64s(),
  classlabels_strings: strings(),
  coefficients: floats(),
  kernel_params: floats(),
  kernel_type: string({ default: "LINEAR" }),
  post_transform: string({ default: "NONE" }),
  prob_a: floats(),
  prob_b: floats(),
  rho: floats(),
  support_vectors: floats(),
  vectors_per_class: ints(),
};

type Attributes = AttributeValues<typeof ATTRIBUTES>;

/**
 * Support vector classification of X [N, F]: one score for each pair of classes, a vote for each, and Y, the label with
 * most votes. Z: probabilities [N, E] when prob_a and prob_b are given, else the scores of the pairs (of two classes:
 * both signs). Without support vectors each class has a plane, and Z its scores. ONNX SVMClassifier.
 */
export const svmClassifier = defineOperator({
  name: "SVMClassifier",
  domain: "ai.onnx.ml",
  versions: [{ since: 1 }],
  inputs: [required("X", "T1")],
  outputs: [required("Y", "T2"), required("Z", "f32")],
  types: { T1: types("i32 i64 f32 f64"), T2: types("i64 string") },
  attributes: ATTRIBUTES,
  infer(context): readonly Inferred[] {
    const { attributes } = context;
    const machine = machineOf(attributes, context);
    const shape = context.shape(0);
    const count = shape === undefined ? context.fresh() : rowDims(shape, context)[0];
    return [tensorType(machine.labels.dtype, [count]), tensorType("f32", [count, machine.scores])];
  },
  reference: classify,
  accuracy: "transcendental",
  samples: () => [
    {
      attributes: TWO_CLASSES,
      inputs: [tensorFrom("f32", [2, 1], [0.5, -1])],
      outputs: [tensorFrom("i64", [2], [5, 7]), tensorFrom("f32", [2, 2], [-0.625, 0.625, 0.5, -0.5])],
    },
    {
      attributes: { ...TWO_CLASSES, prob_a: [-1], prob_b: [0], kernel_type: "RBF", kernel_params: [1, 0, 0] },
      inputs: [tensorFrom("f32", [2, 1], [0.5, -1])],
      outputCount: 2,
    },
    {
      attributes: {
        classlabels_strings: ["a", "b", "c"],
        coefficients: [1, -0.5, 0.25, 0.5, 0.75, -1],
        rho: [0, 0.25, 0.5],
        support_vectors: [1, 0.5, -1],
        vectors_per_class: [1, 1, 1],
      },
      inputs: [tensorFrom("f64", [2, 1], [1, -2])],
      outputs: [
        tensorFrom("string", [2], ["a", "c"]),
        tensorFrom("f32", [2, 3], [0.75, 0.5, 1.875, -1.5, -0.25, -2.25]),
      ],
    },
    {
      attributes: { classlabels_ints: [1, 2, 3], coefficients: [1, 2, 3], rho: [0.5] },
      inputs: [tensorFrom("i32", [1, 1], [2])],
      outputs: [tensorFrom("i64", [1], [3]), tensorFrom("f32", [1, 3], [2.5, 4.5, 6.5])],
    },
  ],
  errors: () => [
    {
      attributes: { ...TWO_CLASSES, vectors_per_class: [1] },
      inputs: [tensorFrom("f32", [1, 1], [1])],
      outputCount: 2,
      message: /vectors_per_class must have 2 elements, found 1/,
    },
    {
      attributes: { ...TWO_CLASSES, rho: [] },
      inputs: [tensorFrom("f32", [1, 1], [1])],
      outputCount: 2,
      message: /rho must have 1 elements, found 0/,
    },
  ],
});

const TWO_CLASSES = {
  classlabels_ints: [5, 7],
  coefficients: [1, -0.5],
  rho: [0.25],
  support_vectors: [1, 0.5],
  vectors_per_class: [1, 1],
};

interface Machine {
  readonly labels: ClassLabels;
  readonly classes: number;
  readonly pairs: number;
  /** Support vectors, 0 when each class has a plane. */
  readonly vectors: number;
  /** Where the support vectors of each class begin. */
  readonly starts: readonly number[];
  readonly hasProbabilities: boolean;
  /** Columns of Z. */
  readonly scores: number;
  readonly transform: PostTransform;
}

interface Failing {
  fail(rule: string): never;
}

function machineOf(attributes: Attributes, context: Failing): Machine {
  const labels = classLabels(attributes.classlabels_ints, attributes.classlabels_strings, context);
  const classes = labels.values.length;
  const pairs = (classes * (classes - 1)) / 2;
  kernelOf(attributes.kernel_type, attributes.kernel_params, context);
  const transform = postTransformOf(attributes.post_transform, context);
  const perClass = attributes.vectors_per_class ?? [];
  const starts: number[] = [];
  let vectors = 0;
  for (const count of perClass) {
    if (count < 0) context.fail(`vectors_per_class must not be negative, found ${count}`);
    starts.push(vectors);
    vectors += count;
  }
  const atLeast = (name: string, values: readonly number[] | undefined, count: number): void => {
    if ((values?.length ?? 0) < count)
      context.fail(`${name} must have ${count} elements, found ${values?.length ?? 0}`);
  };
  const hasProbabilities = vectors > 0 && (attributes.prob_a?.length ?? 0) > 0;
  if (vectors === 0) atLeast("rho", attributes.rho, 1);
  else {
    if (perClass.length !== classes)
      context.fail(`vectors_per_class must have ${classes} elements, found ${perClass.length}`);
    atLeast("rho", attributes.rho, pairs);
    atLeast("coefficients", attributes.coefficients, (classes - 1) * vectors);
    if (hasProbabilities) atLeast("prob_a", attributes.prob_a, pairs);
    if (hasProbabilities) atLeast("prob_b", attributes.prob_b, pairs);
  }
  const scores = vectors === 0 || hasProbabilities || classes === 2 ? classes : pairs;
  return { labels, classes, pairs, vectors, starts, hasProbabilities, scores, transform };
}

function* classify(
  [x]: readonly (Value | undefined)[],
  attributes: Attributes,
  context: KernelContext,
): Steps<Outputs> {
  const rows = yield* rowsOf(x as Tensor, context);
  const machine = machineOf(attributes, context);
  const { labels, classes, vectors, scores } = machine;
  const y = labelOutput(labels, rows.count, context);
  const z = context.output("f32", [rows.count, scores]);
  const isPlanes = vectors === 0;
  const kernel = kernelOf(isPlanes ? "LINEAR" : attributes.kernel_type, attributes.kernel_params, context);
  const points = (isPlanes ? attributes.coefficients : attributes.support_vectors) ?? [];
  const values = yield* kernelValues(kernel, rows, points, isPlanes ? classes : vectors, context);
  const score = isPlanes ? planeScorer(machine, attributes) : pairScorer(machine, attributes);
  const width = isPlanes ? classes : vectors;
  const costOfRow = width + machine.pairs * (machine.hasProbabilities ? 200 : 1);
  for (let row = 0, work = 0; row < rows.count; row++) {
    const found = score(values.subarray(row * width, (row + 1) * width));
    y.write(row, found.best);
    z.data.set(found.scores, row * scores);
    work += costOfRow;
    if (work < 1 << 20) continue;
    work = 0;
    yield undefined;
  }
  return [y.tensor(), z.tensor()];
}

type Scorer = (values: Float64Array) => { readonly best: number; readonly scores: ArrayLike<number> };

function planeScorer({ classes, transform }: Machine, attributes: Attributes): Scorer {
  const [rho] = attributes.rho!;
  return (values) => {
    const scores = values.map((value) => value + rho);
    const best = largestOf(scores, 0, classes);
    applyPostTransform(transform, scores);
    return { best, scores };
  };
}

function pairScorer(machine: Machine, attributes: Attributes): Scorer {
  const { classes, hasProbabilities, transform } = machine;
  return (values) => {
    const { scores, votes } = scorePairs(machine, attributes, values);
    const best = largestOf(votes, 0, classes);
    if (hasProbabilities) {
      const probabilities = pairProbabilities(scores, classes, attributes.prob_a!, attributes.prob_b!);
      applyPostTransform(transform, probabilities);
      return { best, scores: probabilities };
    }
    if (classes === 2) {
      return { best, scores: twoScores(scores[0], transform, transform === "NONE" ? "opposite" : "complement") };
    }
    applyPostTransform(transform, scores);
    return { best, scores };
  };
}

/**
 * One score for each pair i < j of classes; above 0 it is a vote for i. Coefficients are [classes - 1, vectors],
 * without those of a class against itself.
 */
function scorePairs(
  { classes, pairs, vectors, starts }: Machine,
  { coefficients, rho, vectors_per_class: perClass }: Attributes,
  values: Float64Array,
): { scores: Float64Array; votes: Float64Array } {
  const scores = new Float64Array(pairs);
  const votes = new Float64Array(classes);
  let pair = 0;
  for (let i = 0; i < classes; i++) {
    for (let j = i + 1; j < classes; j++, pair++) {
      let sum = rho![pair];
      for (let v = starts[i]; v < starts[i] + perClass![i]; v++)
        sum += coefficients![(j - 1) * vectors + v] * values[v];
      for (let v = starts[j]; v < starts[j] + perClass![j]; v++) sum += coefficients![i * vectors + v] * values[v];
      scores[pair] = sum;
      votes[sum > 0 ? i : j]++;
    }
  }
  return { scores, votes };
}
