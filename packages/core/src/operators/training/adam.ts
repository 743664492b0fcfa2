import { adamPoints } from "../../lowering/optimizer-points.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import { float } from "../attributes.ts";
import { defineOperator, required, variadic } from "../operator.ts";
import { types } from "../type-sets.ts";
import { inferOptimizer, optimizer } from "./optimizer.ts";

/**
 * One step of Adam: V and H are the moving averages (alpha, beta) of g and g^2, g = norm_coefficient X + G; X becomes
 * (1 - norm_coefficient_post) (X - r V / (sqrt(H) + epsilon)), with r corrected for the bias when T > 0. ONNX Adam.
 */
export const adam = defineOperator({
  name: "Adam",
  domain: "ai.onnx.preview.training",
  versions: [{ since: 1 }],
  inputs: [required("R", "T1"), required("T", "T2"), variadic("inputs", "T3", { heterogeneous: true })],
  outputs: [variadic("outputs", "T3", { heterogeneous: true })],
  types: { T1: types("f32 f64"), T2: types("i64"), T3: types("f32 f64") },
  attributes: {
    alpha: float({ default: 0.9 }),
    beta: float({ default: 0.999 }),
    epsilon: float({ default: 1e-6 }),
    norm_coefficient: float({ default: 0 }),
    norm_coefficient_post: float({ default: 0 }),
  },
  infer: inferOptimizer(4),
  reference: optimizer({
    groups: 4,
    prepare(rate, count, attributes) {
      const { alpha, beta, epsilon, norm_coefficient: norm, norm_coefficient_post: post } = attributes;
      const r = count > 0 ? (rate * Math.sqrt(1 - beta ** count)) / (1 - alpha ** count) : rate;
      return ([x, g, v, h], [newX, newV, newH], i) => {
        const gradient = norm * x[i] + g[i];
        const mean = alpha * v[i] + (1 - alpha) * gradient;
        const squares = beta * h[i] + (1 - beta) * gradient * gradient;
        newV[i] = mean;
        newH[i] = squares;
        newX[i] = (1 - post) * (x[i] - (r * mean) / (Math.sqrt(squares) + epsilon));
      };
    },
  }),
  lower: adamPoints,
  accuracy: "rounding",
  samples: () => [
    {
      attributes: { alpha: 0.5, beta: 0.5, epsilon: 0 },
      inputs: [
        tensorFrom("f32", [], [0.5]),
        tensorFrom("i64", [], [0]),
        ...[2, 3, 1, 41].map((x) => tensorFrom("f32", [1], [x])),
      ],
      outputs: [tensorFrom("f32", [1], [1.8]), tensorFrom("f32", [1], [2]), tensorFrom("f32", [1], [25])],
    },
  ],
  errors: () => [
    {
      inputs: [
        tensorFrom("f32", [], [1]),
        tensorFrom("i64", [], [0]),
        ...[1, 2].map((x) => tensorFrom("f32", [1], [x])),
      ],
      message: /2 tensors after R and T must be a multiple of 4/,
    },
  ],
});
