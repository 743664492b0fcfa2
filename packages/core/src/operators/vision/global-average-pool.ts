import { tensorFrom } from "../../tensors/elements.ts";
import type { NumberData, Tensor } from "../../tensors/tensor.ts";
import { globalPoolPoints } from "../../lowering/pool-points.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { inferGlobalPool, poolPlanes } from "./global-pooling.ts";

/** The mean of each plane of X [N, C, ...], as [N, C, 1, ...]. ONNX GlobalAveragePool. */
export const globalAveragePool = defineOperator({
  name: "GlobalAveragePool",
  versions: [{ since: 22 }, { since: 1, types: { T: types("f16 f32 f64") } }],
  inputs: [required("X", "T")],
  outputs: [required("Y", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: {},
  infer: inferGlobalPool,
  *reference([x], _attributes, context) {
    return yield* poolPlanes(x as Tensor, 0, sum, (total, count) => total / count, context);
  },
  lower: globalPoolPoints("mean"),
  accuracy: "reduction",
  samples: () => [
    {
      inputs: [tensorFrom("f32", [1, 2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 10])],
      outputs: [tensorFrom("f32", [1, 2, 1, 1], [2.5, 7])],
    },
    { inputs: [tensorFrom("f64", [2, 1, 3], [1, 2, 3, 4, 5, 6])], outputs: [tensorFrom("f64", [2, 1, 1], [2, 5])] },
  ],
  errors: () => [{ inputs: [tensorFrom("f32", [2], [1, 2])], message: /X has shape \[2\], expected \[N, C/ }],
});

function sum(data: NumberData, from: number, to: number, total: number): number {
  for (let i = from; i < to; i++) total += data[i];
  return total;
}
