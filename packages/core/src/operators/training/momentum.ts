import { momentumPoints } from "../../lowering/optimizer-points.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import { float, string } from "../attributes.ts";
import { defineOperator, required, variadic } from "../operator.ts";
import { types } from "../type-sets.ts";
import { inferOptimizer, optimizer } from "./optimizer.ts";

/**
 * One step of gradient descent with momentum: V = alpha V + b g, where g = norm_coefficient X + G and b is beta, or 1
 * when T is 0; X - R V ("standard") or X - R (g + alpha V) ("nesterov"). ONNX Momentum.
 */
export const momentum = defineOperator({
  name: "Momentum",
  domain: "ai.onnx.preview.training",
  versions: [{ since: 1 }],
  inputs: [required("R", "T1"), required("T", "T2"), variadic("inputs", "T3", { heterogeneous: true })],
  outputs: [variadic("outputs", "T3", { heterogeneous: true })],
  types: { T1: types("f32 f64"), T2: types("i64"), T3: types("f32 f64") },
  attributes: {
    alpha: float({ required: true }),
    beta: float({ required: true }),
    mode: string({ required: true }),
    norm_coefficient: float({ required: true }),
  },
  infer(context) {
    const { mode } = context.attributes;
    if (mode !== "standard" && mode !== "nesterov") context.fail(`mode "${mode}" must be "standard" or "nesterov"`);
    return inferOptimizer(3)(context);
  },
  reference: optimizer({
    groups: 3,
    prepare(rate, count, attributes) {
      const { alpha, beta, mode, norm_coefficient: norm } = attributes;
      const b = count > 0 ? beta : 1;
      return ([x, g, v], [newX, newV], i) => {
        const gradient = norm * x[i] + g[i];
        const velocity = alpha * v[i] + b * gradient;
        newV[i] = velocity;
        newX[i] = x[i] - rate * (mode === "nesterov" ? gradient + alpha * velocity : velocity);
      };
    },
  }),
  lower: momentumPoints,
  accuracy: "rounding",
  samples: () => [
    {
      attributes: { alpha: 0.5, beta: 0.25, mode: "standard", norm_coefficient: 0 },
      inputs: [
        tensorFrom("f32", [], [0.5]),
        tensorFrom("i64", [], [0]),
        ...[2, 3, 2].map((x) => tensorFrom("f32", [1], [x])),
      ],
      outputs: [tensorFrom("f32", [1], [0]), tensorFrom("f32", [1], [4])],
    },
    {
      attributes: { alpha: 0.5, beta: 0.25, mode: "nesterov", norm_coefficient: 0 },
      inputs: [
        tensorFrom("f32", [], [0.5]),
        tensorFrom("i64", [], [1]),
        ...[2, 4, 2].map((x) => tensorFrom("f32", [1], [x])),
      ],
      outputs: [tensorFrom("f32", [1], [-0.5]), tensorFrom("f32", [1], [2])],
    },
  ],
  errors: () => [
    {
      attributes: { alpha: 0.5, beta: 0.25, mode: "fast", norm_coefficient: 0 },
      inputs: [
        tensorFrom("f32", [], [1]),
        tensorFrom("i64", [], [0]),
        ...[1, 2, 3].map((x) => tensorFrom("f32", [1], [x])),
      ],
      message: /mode "fast" must be "standard" or "nesterov"/,
    },
  ],
});
