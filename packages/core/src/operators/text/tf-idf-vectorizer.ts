import { isBig } from "../../dtypes/dtypes.ts";
import type { KernelContext, Outputs, Steps } from "../../kernels/context.ts";
import { bigints, numbers, strings, tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { tensorType, type Value } from "../../tensors/values.ts";
import { type AttributeValues, floats, int, int64s, ints, string, strings as stringList } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { countGrams, growGramTree, type Token } from "./gram-tree.ts";

const ATTRIBUTES = {
  max_gram_length: int({ required: true }),
  max_skip_count: int({ required: true }),
  min_gram_length: int({ required: true }),
  mode: string({ required: true }),
  ngram_counts: ints({ required: true }),
  ngram_indexes: ints({ required: true }),
  pool_int64s: int64s(),
  pool_strings: stringList(),
  weights: floats(),
};

type Attributes = AttributeValues<typeof ATTRIBUTES>;

interface Failing {
  fail(rule: string): never;
}

/**
 * How often each n-gram of a pool stands in X ([C] or [B, C]) with 0 to `max_skip_count` items left out between its
 * parts: Y[ngram_indexes[i]] for n-gram i. IDF: whether it does, TFIDF: how often, times weights[i]. ONNX
 * TfIdfVectorizer.
 */
export const tfIdfVectorizer = defineOperator({
  name: "TfIdfVectorizer",
  versions: [{ since: 9 }],
  inputs: [required("X", "T")],
  outputs: [required("Y", "T1")],
  types: { T: types("i32 i64 string"), T1: types("f32") },
  attributes: ATTRIBUTES,
  infer(context) {
    const columns = checkAttributes(context.attributes, context);
    const shape = context.shape(0);
    if (shape === undefined) return [tensorType("f32")];
    checkRank(shape.length, context);
    return [tensorType("f32", [...shape.slice(0, -1), columns])];
  },
  reference: vectorize,
  accuracy: "rounding",
  samples: () => [
    {
      attributes: { ...SAMPLE, mode: "TF", min_gram_length: 2, max_skip_count: 0 },
      inputs: [tensorFrom("i32", [12], [1, 1, 3, 3, 3, 7, 8, 6, 7, 5, 6, 8])],
      outputs: [tensorFrom("f32", [7], [0, 0, 0, 0, 1, 1, 1])],
    },
    {
      attributes: { ...SAMPLE, mode: "TF", min_gram_length: 1, max_skip_count: 5 },
      inputs: [tensorFrom("i32", [2, 6], [1, 1, 3, 3, 3, 7, 8, 6, 7, 5, 6, 8])],
      outputs: [tensorFrom("f32", [2, 7], [0, 3, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 1, 1])],
    },
    {
      attributes: {
        min_gram_length: 1,
        max_gram_length: 1,
        max_skip_count: 0,
        mode: "TFIDF",
        ngram_counts: [0],
        ngram_indexes: [1, 0],
        pool_strings: ["a", "b"],
        weights: [2, 0.5],
      },
      inputs: [tensorFrom("string", [4], ["a", "b", "a", "c"])],
      outputs: [tensorFrom("f32", [2], [0.5, 4])],
    },
  ],
  errors: () => [
    {
      attributes: { ...SAMPLE, mode: "BM25", min_gram_length: 1, max_skip_count: 0 },
      inputs: [tensorFrom("i32", [1], [1])],
      message: /mode "BM25" must be TF, IDF or TFIDF/,
    },
    {
      attributes: { ...SAMPLE, mode: "TF", min_gram_length: 1, max_skip_count: 0, ngram_indexes: [0] },
      inputs: [tensorFrom("i32", [1], [1])],
      message: /n-grams/,
    },
  ],
});

const SAMPLE = {
  max_gram_length: 2,
  ngram_counts: [0, 4],
  ngram_indexes: [0, 1, 2, 3, 4, 5, 6],
  pool_int64s: [2, 3, 5, 4, 5, 6, 7, 8, 6, 7],
};

function checkRank(rank: number, context: Failing): void {
  if (rank !== 1 && rank !== 2) context.fail(`X of rank ${rank} must be [C] or [B, C]`);
}

/** The number of columns of the output. */
function checkAttributes(attributes: Attributes, context: Failing): number {
  const { mode, ngram_indexes: indexes, weights, min_gram_length: min, max_gram_length: max } = attributes;
  if (!["TF", "IDF", "TFIDF"].includes(mode)) context.fail(`mode "${mode}" must be TF, IDF or TFIDF`);
  if (min < 1 || max < min) context.fail(`gram lengths ${min}..${max} must be at least 1 and in order`);
  if (attributes.max_skip_count < 0) context.fail(`max_skip_count ${attributes.max_skip_count} must not be negative`);
  if ((attributes.pool_int64s === undefined) === (attributes.pool_strings === undefined)) {
    context.fail("one of pool_int64s and pool_strings must be given");
  }
  let columns = 0;
  for (const index of indexes) {
    if (index < 0) context.fail(`ngram_indexes must not be negative, found ${index}`);
    columns = Math.max(columns, index + 1);
  }
  if (columns === 0) context.fail("ngram_indexes must not be empty");
  if (weights !== undefined && weights.length !== indexes.length) {
    context.fail(`${weights.length} weights must be as many as ngram_indexes (${indexes.length})`);
  }
  return columns;
}

function* vectorize(
  [input]: readonly (Value | undefined)[],
  attributes: Attributes,
  context: KernelContext,
): Steps<Outputs> {
  const x = input as Tensor;
  checkRank(x.shape.length, context);
  const columns = checkAttributes(attributes, context);
  const out = context.output("f32", [...x.shape.slice(0, -1), columns]);
  const length = x.shape[x.shape.length - 1];
  const rows = x.shape.length === 1 ? 1 : x.shape[0];
  const tokens = tokensOf(x);
  const { mode, weights, ngram_indexes: indexes } = attributes;
  const tree = growGramTree(poolOf(x, attributes, context), attributes, context);
  for (let row = 0; row < rows; row++) {
    yield* countGrams(tree, tokens, row * length, length, attributes, (gram) => {
      const at = row * columns + indexes[gram];
      const weight = mode === "TF" ? 1 : (weights?.[gram] ?? 1);
      out.data[at] = mode === "IDF" ? weight : out.data[at] + weight;
    });
    yield undefined;
  }
  return [yield* out.rounded()];
}

function tokensOf(x: Tensor): ArrayLike<Token> {
  if (x.dtype === "string") return strings(x);
  return isBig(x.dtype) ? bigints(x) : numbers(x);
}

/** The pool in the form that the tokens have. */
function poolOf(x: Tensor, attributes: Attributes, context: KernelContext): readonly Token[] {
  const { pool_int64s: integers, pool_strings: texts } = attributes;
  if (x.dtype === "string") return texts ?? context.fail("X of strings must come with pool_strings");
  if (integers === undefined) return context.fail("X of integers must come with pool_int64s");
  return isBig(x.dtype) ? integers : integers.map(Number);
}
