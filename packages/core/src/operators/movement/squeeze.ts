import { ints } from "../attributes.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { ANY_1, ANY_13, ANY_21, ANY_23, ANY_24, ANY_25 } from "../type-sets.ts";

/** ONNX Squeeze. */
export const squeeze = defineOperator({
  name: "Squeeze",
  versions: [
    { since: 25 },
    { since: 24, types: { T: ANY_24 } },
    { since: 23, types: { T: ANY_23 } },
    { since: 21, types: { T: ANY_21 } },
    { since: 13, types: { T: ANY_13 } },
    { since: 11, inputs: [required("data", "T")], types: { T: ANY_1 }, attributes: { axes: ints() } },
    { since: 1 },
  ],
  inputs: [required("data", "T"), optional("axes", "i64")],
  outputs: [required("squeezed", "T")],
  types: { T: ANY_25 },
  attributes: {},
  accuracy: "exact",
});
