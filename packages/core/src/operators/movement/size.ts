import { productOfDims } from "../../snapshot/dims.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import { elementCount, type Tensor } from "../../tensors/tensor.ts";
import { tensorType } from "../../tensors/values.ts";
import { defineOperator, required } from "../operator.ts";
import { ANY_1, ANY_13, ANY_19, ANY_21, ANY_23, ANY_24, ANY_25, types } from "../type-sets.ts";

/** The number of elements of data, an i64 scalar. ONNX Size. */
export const sizeOperator = defineOperator({
  name: "Size",
  versions: [
    { since: 25 },
    { since: 24, types: { T: ANY_24, T1: types("i64") } },
    { since: 23, types: { T: ANY_23, T1: types("i64") } },
    { since: 21, types: { T: ANY_21, T1: types("i64") } },
    { since: 19, types: { T: ANY_19, T1: types("i64") } },
    { since: 13, types: { T: ANY_13, T1: types("i64") } },
    { since: 1, types: { T: ANY_1, T1: types("i64") } },
  ],
  inputs: [required("data", "T")],
  outputs: [required("size", "T1")],
  types: { T: ANY_25, T1: types("i64") },
  attributes: {},
  infer: () => [tensorType("i64", [])],
  propagate(context) {
    const shape = context.shape(0);
    const count = shape && productOfDims(shape);
    return count === undefined ? undefined : [count];
  },
  reference: ([data]) => [tensorFrom("i64", [], [elementCount((data as Tensor).shape)])],
  accuracy: "exact",
  samples: () => [
    { inputs: [tensorFrom("f32", [2, 3], [1, 2, 3, 4, 5, 6])], outputs: [tensorFrom("i64", [], [6])] },
    { inputs: [tensorFrom("string", [0, 3], [])], outputs: [tensorFrom("i64", [], [0])] },
  ],
});
