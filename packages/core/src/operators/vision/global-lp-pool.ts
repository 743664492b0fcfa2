import { globalLpPoolPoints } from "../../lowering/pool-points.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import type { NumberData, Tensor } from "../../tensors/tensor.ts";
import { float, int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { inferGlobalPool, poolPlanes } from "./global-pooling.ts";
import { checkPower, floatPower, integerPower, powerOf, rootOf } from "./lp-norm.ts";

/** (sum of |x|^p)^(1 / p) of each plane of X [N, C, ...], as [N, C, 1, ...]. ONNX GlobalLpPool. */
export const globalLpPool = defineOperator({
  name: "GlobalLpPool",
  versions: [
    { since: 22 },
    { since: 2, types: { T: types("f16 f32 f64") } },
    {
      since: 1,
      attributes: { p: float({ default: 2 }) },
      changed: "p became an integer",
      upgrade: integerPower,
      downgrade: floatPower,
    },
  ],
  inputs: [required("X", "T")],
  outputs: [required("Y", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: { p: int({ default: 2 }) },
  infer(context) {
    checkPower(context.attributes.p, context);
    return inferGlobalPool(context);
  },
  *reference([x], { p }, context) {
    checkPower(p, context);
    const power = powerOf(p);
    const sum = (data: NumberData, from: number, to: number, total: number): number => {
      for (let i = from; i < to; i++) total += power(data[i]);
      return total;
    };
    return yield* poolPlanes(x as Tensor, 0, sum, (total) => rootOf(total, p), context);
  },
  lower: globalLpPoolPoints,
  accuracy: "transcendental",
  samples: () => [
    {
      inputs: [tensorFrom("f32", [1, 2, 2, 1], [3, -4, 5, 12])],
      outputs: [tensorFrom("f32", [1, 2, 1, 1], [5, 13])],
    },
    {
      attributes: { p: 3 },
      inputs: [tensorFrom("f32", [1, 1, 3], [3, -4, 5])],
      outputs: [tensorFrom("f32", [1, 1, 1], [6])],
    },
  ],
  errors: () => [
    { attributes: { p: 0 }, inputs: [tensorFrom("f32", [1, 1, 1], [1])], message: /p 0 must be at least 1/ },
  ],
});
