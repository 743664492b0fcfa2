import { expm1, sigmoid, tanh } from "../kernel-ir/functions/index.ts";
import type { Expression } from "../kernel-ir/types.ts";
import type { NamedActivation } from "../operators/recurrent/activations.ts";
import type { PointBuilder } from "./contract.ts";
import { softplusPoint } from "./softplus-point.ts";

type Activation = (x: Expression, k: PointBuilder, alpha: number, beta: number) => Expression;

const ACTIVATIONS: Readonly<Record<string, Activation>> = {
  affine: (x, k, alpha, beta) => k.add(k.mul(x, alpha), beta),
  elu: (x, k, alpha) => k.select(k.ge(x, 0), x, k.mul(expm1(k, x), alpha)),
  hardsigmoid: (x, k, alpha, beta) => k.min(k.max(k.add(k.mul(x, alpha), beta), 0), 1),
  leakyrelu: (x, k, alpha) => k.select(k.ge(x, 0), x, k.mul(x, alpha)),
  relu: (x, k) => k.select(k.lt(x, 0), 0, x),
  scaledtanh: (x, k, alpha, beta) => k.mul(tanh(k, k.let("t", k.mul(x, beta))), alpha),
  sigmoid: (x, k) => sigmoid(k, x),
  softplus: (x, k) => softplusPoint(x, k),
  softsign: (x, k) => k.div(x, k.add(k.abs(x), 1)),
  tanh: (x, k) => tanh(k, x),
  thresholdedrelu: (x, k, alpha) => k.select(k.ge(x, alpha), x, 0),
};

/** An activation of a recurrent operator, its input clipped where `clip` is given. */
export const activationPoint =
  ({ name, alpha, beta }: NamedActivation, clip: number | undefined) =>
  (x: Expression, k: PointBuilder): Expression => {
    const own = k.let("x", clip === undefined ? x : k.min(k.max(x, -clip), clip));
    return ACTIVATIONS[name](own, k, alpha, beta);
  };
