import { ints } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { ANY_1, ANY_13, ANY_21, ANY_23, ANY_24, ANY_25 } from "../type-sets.ts";

/** ONNX Transpose. */
export const transpose = defineOperator({
  name: "Transpose",
  versions: [
    { since: 25 },
    { since: 24, types: { T: ANY_24 } },
    { since: 23, types: { T: ANY_23 } },
    { since: 21, types: { T: ANY_21 } },
    { since: 13, types: { T: ANY_13 } },
    { since: 1, types: { T: ANY_1 } },
  ],
  inputs: [required("data", "T")],
  outputs: [required("transposed", "T")],
  types: { T: ANY_25 },
  attributes: { perm: ints() },
  accuracy: "exact",
});
