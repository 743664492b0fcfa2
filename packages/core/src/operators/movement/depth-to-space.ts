import { int, string } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { ANY_1, ANY_13 } from "../type-sets.ts";

/** ONNX DepthToSpace. */
export const depthToSpace = defineOperator({
  name: "DepthToSpace",
  versions: [
    { since: 28 },
    { since: 13 },
    { since: 11, types: { T: ANY_1 } },
    { since: 1, attributes: { blocksize: int({ required: true }) } },
  ],
  inputs: [required("input", "T")],
  outputs: [required("output", "T")],
  types: { T: ANY_13 },
  attributes: { blocksize: int({ required: true }), mode: string({ default: "DCR" }) },
  accuracy: "exact",
});
