export type Activation = (x: number) => number;

interface ActivationDef {
  /** Left out: the function has no such parameter. */
  readonly alpha?: number;
  readonly beta?: number;
  readonly make: (alpha: number, beta: number) => Activation;
}

const sigmoid: Activation = (x) => 1 / (1 + Math.exp(-x));

/**
 * The functions that recurrent operators may name, by their names in lower case; defaults are those of the operator of
 * that name.
 */
const ACTIVATIONS: Readonly<Record<string, ActivationDef>> = {
  affine: { alpha: 1, beta: 0, make: (alpha, beta) => (x) => alpha * x + beta },
  elu: { alpha: 1, make: (alpha) => (x) => (x >= 0 ? x : alpha * Math.expm1(x)) },
  hardsigmoid: { alpha: 0.2, beta: 0.5, make: (alpha, beta) => (x) => Math.min(Math.max(alpha * x + beta, 0), 1) },
  leakyrelu: { alpha: 0.01, make: (alpha) => (x) => (x >= 0 ? x : alpha * x) },
  relu: { make: () => (x) => (x < 0 ? 0 : x) },
  scaledtanh: { alpha: 1, beta: 1, make: (alpha, beta) => (x) => alpha * Math.tanh(beta * x) },
  sigmoid: { make: () => sigmoid },
  softplus: { make: () => (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))) },
  softsign: { make: () => (x) => x / (1 + Math.abs(x)) },
  tanh: { make: () => Math.tanh },
  thresholdedrelu: { alpha: 1, make: (alpha) => (x) => (x >= alpha ? x : 0) },
};

export interface ActivationAttributes {
  readonly activations: readonly string[] | undefined;
  readonly activation_alpha: readonly number[] | undefined;
  readonly activation_beta: readonly number[] | undefined;
  readonly clip: number | undefined;
}

/**
 * The activations of each direction; each clips its input when `clip` is given. Functions take the next value of
 * activation_alpha and activation_beta in their order, those that have such a parameter.
 */
export function activationsOf(
  attributes: ActivationAttributes,
  defaults: readonly string[],
  directions: number,
  context: { fail(rule: string): never },
): Activation[][] {
  const { clip } = attributes;
  if (clip !== undefined && !(clip > 0)) context.fail(`clip ${clip} must be positive`);
  const wanted = defaults.length * directions;
  const names = attributes.activations ?? Array.from({ length: directions }, () => defaults).flat();
  if (names.length < wanted) context.fail(`activations must name ${wanted} functions, found ${names.length}`);
  const alphas = [...(attributes.activation_alpha ?? [])];
  const betas = [...(attributes.activation_beta ?? [])];
  const all = names.slice(0, wanted).map((name) => clipped(activationOf(name, alphas, betas, context), clip));
  return Array.from({ length: directions }, (_, d) => all.slice(d * defaults.length, (d + 1) * defaults.length));
}

function activationOf(
  name: string,
  alphas: number[],
  betas: number[],
  context: { fail(rule: string): never },
): Activation {
  const key = name.toLowerCase();
  if (!Object.hasOwn(ACTIVATIONS, key)) {
    context.fail(`activation "${name}" must be one of ${Object.keys(ACTIVATIONS).join(", ")} (in any case)`);
  }
  const { alpha, beta, make } = ACTIVATIONS[key];
  const a = alpha === undefined ? 0 : (alphas.shift() ?? alpha);
  const b = beta === undefined ? 0 : (betas.shift() ?? beta);
  return make(a, b);
}

function clipped(activation: Activation, clip: number | undefined): Activation {
  if (clip === undefined) return activation;
  return (x) => activation(Math.min(Math.max(x, -clip), clip));
}
