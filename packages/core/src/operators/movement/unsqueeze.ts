import { ints } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { ANY_1, ANY_13, ANY_21, ANY_23, ANY_24, ANY_25 } from "../type-sets.ts";

/** ONNX Unsqueeze. */
export const unsqueeze = defineOperator({
  name: "Unsqueeze",
  versions: [
    { since: 25 },
    { since: 24, types: { T: ANY_24 } },
    { since: 23, types: { T: ANY_23 } },
    { since: 21, types: { T: ANY_21 } },
    { since: 13, types: { T: ANY_13 } },
    { since: 11, inputs: [required("data", "T")], types: { T: ANY_1 }, attributes: { axes: ints({ required: true }) } },
    { since: 1 },
  ],
  inputs: [required("data", "T"), required("axes", "i64")],
  outputs: [required("expanded", "T")],
  types: { T: ANY_25 },
  attributes: {},
  accuracy: "exact",
});
