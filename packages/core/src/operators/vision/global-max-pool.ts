import { tensorFrom } from "../../tensors/elements.ts";
import type { NumberData, Tensor } from "../../tensors/tensor.ts";
import { globalPoolPoints } from "../../lowering/pool-points.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { inferGlobalPool, poolPlanes } from "./global-pooling.ts";

/** The largest element of each plane of X [N, C, ...] (NaN if it has one), as [N, C, 1, ...]. ONNX GlobalMaxPool. */
export const globalMaxPool = defineOperator({
  name: "GlobalMaxPool",
  versions: [{ since: 22 }, { since: 1, types: { T: types("f16 f32 f64") } }],
  inputs: [required("X", "T")],
  outputs: [required("Y", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: {},
  infer: inferGlobalPool,
  *reference([x], _attributes, context) {
    return yield* poolPlanes(x as Tensor, -Infinity, largest, (max) => max, context);
  },
  lower: globalPoolPoints("max"),
  accuracy: "exact",
  samples: () => [
    {
      inputs: [tensorFrom("f32", [1, 2, 2, 2], [1, 2, 4, 3, -5, -6, -7, -1])],
      outputs: [tensorFrom("f32", [1, 2, 1, 1], [4, -1])],
    },
    { inputs: [tensorFrom("f16", [1, 1, 3], [1, NaN, 3])], outputs: [tensorFrom("f16", [1, 1, 1], [NaN])] },
  ],
  errors: () => [{ inputs: [tensorFrom("f32", [2], [1, 2])], message: /X has shape \[2\], expected \[N, C/ }],
});

function largest(data: NumberData, from: number, to: number, max: number): number {
  for (let i = from; i < to; i++) {
    const value = data[i];
    if (value > max || value !== value) max = value;
  }
  return max;
}
