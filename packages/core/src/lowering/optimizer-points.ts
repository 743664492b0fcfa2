import { pow } from "../kernel-ir/functions/index.ts";
import type { Expression } from "../kernel-ir/types.ts";
import type { LowerNode, Lowering, Point, PointBuilder, PointInput } from "./contract.ts";

/** A step of an optimiser. */
interface OptimizerStep<Attributes> {
  /** What is the same for all elements, in f64, given R and T. */
  readonly once: (
    rate: Expression,
    count: Expression,
    attributes: Attributes,
    k: PointBuilder,
  ) => readonly Expression[];
  /** An element's new X and states, given that and its X, gradient and states. */
  readonly each: (
    once: readonly Expression[],
    own: readonly Expression[],
    attributes: Attributes,
    k: PointBuilder,
  ) => readonly Expression[];
}

/** The lowering of an optimiser: inputs R, T and `groups` lists of tensors, outputs all of these lists but the gradients. */
function optimizerPoints<Attributes>(
  groups: number,
  shared: number,
  { once, each }: OptimizerStep<Attributes>,
): Lowering<Attributes> {
  return (node: LowerNode<Attributes>) => {
    const [rate, count, ...tensors] = node.inputs as readonly PointInput[];
    const lists = tensors.length / groups;
    const single = (value: PointInput, k: PointBuilder): Expression =>
      k.cast("f64", value.atPosition(k.constant("index", 0), k));
    const values = Array.from({ length: shared }, (_, i) =>
      node.step(
        "f64",
        [],
        (_index, k) => once(k.let("rate", single(rate, k)), k.let("count", single(count, k)), node.attributes, k)[i],
      ),
    );
    const point = (output: number, list: number): Point => ({
      at(index, k) {
        const own = Array.from({ length: groups }, (_, group) => tensors[group * lists + list].at(index, k));
        const { scalar } = tensors[list];
        const known = values.map((value) => k.cast(scalar, value.at([], k)));
        return each(known, own, node.attributes, k)[output];
      },
    });
    return Array.from({ length: (groups - 1) * lists }, (_, i) => point(Math.floor(i / lists), i % lists));
  };
}

/** ONNX Momentum. */
export const momentumPoints = optimizerPoints<{
  readonly alpha: number;
  readonly beta: number;
  readonly mode: string;
  readonly norm_coefficient: number;
}>(3, 2, {
  once: (rate, count, { beta }, k) => [rate, k.select(k.gt(count, 0), k.constant("f64", beta), 1)],
  each([rate, share], [x, g, v], { alpha, mode, norm_coefficient: norm }, k) {
    const gradient = k.let("gradient", k.add(k.mul(x, norm), g));
    const velocity = k.let("velocity", k.add(k.mul(v, alpha), k.mul(gradient, share)));
    const direction = mode === "nesterov" ? k.add(gradient, k.mul(velocity, alpha)) : velocity;
    return [k.sub(x, k.mul(rate, direction)), velocity];
  },
});

/** ONNX Adagrad. */
export const adagradPoints = optimizerPoints<{
  readonly decay_factor: number;
  readonly epsilon: number;
  readonly norm_coefficient: number;
}>(3, 1, {
  once: (rate, count, { decay_factor: decay }, k) => [k.div(rate, k.add(k.mul(count, decay), 1))],
  each([rate], [x, g, h], { epsilon, norm_coefficient: norm }, k) {
    const gradient = k.let("gradient", k.add(k.mul(x, norm), g));
    const squares = k.let("squares", k.add(h, k.mul(gradient, gradient)));
    return [k.sub(x, k.div(k.mul(rate, gradient), k.add(k.sqrt(squares), epsilon))), squares];
  },
});

/** ONNX Adam. */
export const adamPoints = optimizerPoints<{
  readonly alpha: number;
  readonly beta: number;
  readonly epsilon: number;
  readonly norm_coefficient: number;
  readonly norm_coefficient_post: number;
}>(4, 1, {
  once(rate, count, { alpha, beta }, k) {
    const left = (decay: number): Expression => k.sub(1, pow(k, k.constant("f64", decay), count));
    return [k.select(k.gt(count, 0), k.div(k.mul(rate, k.sqrt(left(beta))), left(alpha)), rate)];
  },
  each([rate], [x, g, v, h], { alpha, beta, epsilon, norm_coefficient: norm, norm_coefficient_post: post }, k) {
    const gradient = k.let("gradient", k.add(k.mul(x, norm), g));
    const mean = k.let("mean", k.add(k.mul(v, alpha), k.mul(gradient, 1 - alpha)));
    const squares = k.let("squares", k.add(k.mul(h, beta), k.mul(k.mul(gradient, 1 - beta), gradient)));
    const next = k.sub(x, k.div(k.mul(rate, mean), k.add(k.sqrt(squares), epsilon)));
    return [k.mul(next, 1 - post), mean, squares];
  },
});
