import { adagradPoints } from "../../lowering/optimizer-points.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import { float } from "../attributes.ts";
import { defineOperator, required, variadic } from "../operator.ts";
import { types } from "../type-sets.ts";
import { inferOptimizer, optimizer } from "./optimizer.ts";

/**
 * One step of Adagrad: H + g^2 and X - r g / (sqrt(H) + epsilon), where g = norm_coefficient X + G and r = R / (1 + T
 * decay_factor). ONNX Adagrad.
 */
export const adagrad = defineOperator({
  name: "Adagrad",
  domain: "ai.onnx.preview.training",
  versions: [{ since: 1 }],
  inputs: [required("R", "T1"), required("T", "T2"), variadic("inputs", "T3", { heterogeneous: true })],
  outputs: [variadic("outputs", "T3", { heterogeneous: true })],
  types: { T1: types("f32 f64"), T2: types("i64"), T3: types("f32 f64") },
  attributes: {
    decay_factor: float({ default: 0 }),
    epsilon: float({ default: 1e-6 }),
    norm_coefficient: float({ default: 0 }),
  },
  infer: inferOptimizer(3),
  reference: optimizer({
    groups: 3,
    prepare(rate, count, attributes) {
      const { decay_factor: decay, epsilon, norm_coefficient: norm } = attributes;
      const r = rate / (1 + count * decay);
      return ([x, g, h], [newX, newH], i) => {
        const gradient = norm * x[i] + g[i];
        const squares = h[i] + gradient * gradient;
        newH[i] = squares;
        newX[i] = x[i] - (r * gradient) / (Math.sqrt(squares) + epsilon);
      };
    },
  }),
  lower: adagradPoints,
  accuracy: "rounding",
  samples: () => [
    {
      attributes: { epsilon: 0 },
      inputs: [
        tensorFrom("f32", [], [0.5]),
        tensorFrom("i64", [], [0]),
        ...[2, 3, 16].map((x) => tensorFrom("f32", [1], [x])),
      ],
      outputs: [tensorFrom("f32", [1], [1.7]), tensorFrom("f32", [1], [25])],
    },
  ],
  errors: () => [
    {
      inputs: [
        tensorFrom("f32", [], [1]),
        tensorFrom("i64", [], [0]),
        ...[1, 2].map((x) => tensorFrom("f32", [1], [x])),
      ],
      message: /2 tensors after R and T must be a multiple of 3/,
    },
  ],
});
