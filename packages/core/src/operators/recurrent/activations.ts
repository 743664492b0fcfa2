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

/** A function by its name in lower case, with its parameters. */
export interface NamedActivation {
  readonly name: string;
  readonly alpha: number;
  readonly beta: number;
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
  return namedActivations(attributes, defaults, directions, context).map((row) =>
    row.map(({ name, alpha, beta }) => clipped(ACTIVATIONS[name].make(alpha, beta), attributes.clip)),
  );
}

/** The same by name. */
export function namedActivations(
  attributes: ActivationAttributes,
  defaults: readonly string[],
  directions: number,
  context: { fail(rule: string): never },
): NamedActivation[][] {
  const { clip } = attributes;
  if (clip !== undefined && !(clip > 0)) context.fail(`clip ${clip} must be positive`);
  const wanted = defaults.length * directions;
  const names = attributes.activations ?? Array.from({ length: directions }, () => defaults).flat();
  if (names.length < wanted) context.fail(`activations must name ${wanted} functions, found ${names.length}`);
  const alphas = [...(attributes.activation_alpha ?? [])];
  const betas = [...(attributes.activation_beta ?? [])];
  const all = names.slice(0, wanted).map((name) => activationOf(name, alphas, betas, context));
  return Array.from({ length: directions }, (_, d) => all.slice(d * defaults.length, (d + 1) * defaults.length));
}

function activationOf(
  text: string,
  alphas: number[],
  betas: number[],
  context: { fail(rule: string): never },
): NamedActivation {
  const name = text.toLowerCase();
  if (!Object.hasOwn(ACTIVATIONS, name)) {
    context.fail(`activation "${text}" must be one of ${Object.keys(ACTIVATIONS).join(", ")} (in any case)`);
  }
  const { alpha, beta } = ACTIVATIONS[name];
  return {
    name,
    alpha: alpha === undefined ? 0 : (alphas.shift() ?? alpha),
    beta: beta === undefined ? 0 : (betas.shift() ?? beta),
  };
}

function clipped(activation: Activation, clip: number | undefined): Activation {
  if (clip === undefined) return activation;
  return (x) => activation(Math.min(Math.max(x, -clip), clip));
}
