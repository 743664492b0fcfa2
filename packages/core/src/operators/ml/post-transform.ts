const NAMES = ["NONE", "SOFTMAX", "LOGISTIC", "SOFTMAX_ZERO", "PROBIT"] as const;

/** What is done to the scores of a sample at last. TreeEnsemble counts them in this order. */
export type PostTransform = (typeof NAMES)[number];

export function postTransformOf(name: string | number, context: { fail(rule: string): never }): PostTransform {
  const found = typeof name === "number" ? NAMES[name] : NAMES.find((known) => known === name);
  return found ?? context.fail(`post_transform ${JSON.stringify(name)} must be one of ${NAMES.join(", ")}`);
}

/** Transforms the scores of one sample in place. */
export function applyPostTransform(transform: PostTransform, scores: Float64Array): void {
  switch (transform) {
    case "NONE":
      return;
    case "SOFTMAX":
      return softmax(scores);
    case "LOGISTIC":
      for (let i = 0; i < scores.length; i++) scores[i] = logistic(scores[i]);
      return;
    case "SOFTMAX_ZERO":
      return softmaxOfNonzero(scores);
    case "PROBIT":
      for (let i = 0; i < scores.length; i++) scores[i] = probit(scores[i]);
      return;
    default:
      transform satisfies never;
  }
}

/**
 * The scores of two classes from one score. ONNX does not say how; this is what the implementations in use do:
 * LOGISTIC and PROBIT of both, else the untransformed opposite (-s, s) or complement (1 - s, s).
 */
export function twoScores(score: number, transform: PostTransform, other: "opposite" | "complement"): [number, number] {
  if (transform === "LOGISTIC") return [logistic(-score), logistic(score)];
  if (transform === "PROBIT") return [probit(1 - score), probit(score)];
  return [other === "opposite" ? -score : 1 - score, score];
}

export function logistic(x: number): number {
  const e = Math.exp(-Math.abs(x));
  return x < 0 ? e / (1 + e) : 1 / (1 + e);
}

function softmax(scores: Float64Array): void {
  let largest = -Infinity;
  for (const score of scores) largest = Math.max(largest, score);
  let sum = 0;
  for (let i = 0; i < scores.length; i++) {
    scores[i] = Math.exp(scores[i] - largest);
    sum += scores[i];
  }
  for (let i = 0; i < scores.length; i++) scores[i] /= sum;
}

/** Scores below this count as zero. */
const ZERO = 1e-7;

/** Softmax over the scores that are not zero; zeros stay. When all are, each becomes 1/2. */
function softmaxOfNonzero(scores: Float64Array): void {
  let largest = -Infinity;
  for (const score of scores) largest = Math.max(largest, score);
  let sum = 0;
  for (let i = 0; i < scores.length; i++) {
    if (Math.abs(scores[i]) > ZERO) {
      scores[i] = Math.exp(scores[i] - largest);
      sum += scores[i];
    } else scores[i] *= Math.exp(-largest);
  }
  for (let i = 0; i < scores.length; i++) scores[i] = sum === 0 ? 0.5 : scores[i] / sum;
}

/**
 * The inverse of the normal distribution by an approximation that all implementations share, good to 1e-3 or so; NaN
 * outside of 0..1. Source: Winitzki, A handy approximation for the error function and its inverse, 2008.
 */
function probit(p: number): number {
  const a = 0.147;
  const x = 2 * p - 1;
  const logarithm = Math.log((1 - x) * (1 + x));
  const v = 2 / (Math.PI * a) + logarithm / 2;
  const inverse = Math.sqrt(Math.sqrt(v * v - logarithm / a) - v);
  return Math.SQRT2 * (x < 0 ? -inverse : inverse);
}
