import { int, string } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { ANY_1, ANY_13 } from "../type-sets.ts";

/** ONNX SpaceToDepth. */
export const spaceToDepth = defineOperator({
  name: "SpaceToDepth",
  versions: [
    { since: 28 },
    { since: 13, attributes: { blocksize: int({ required: true }) } },
    { since: 1, types: { T: ANY_1 } },
  ],
  inputs: [required("input", "T")],
  outputs: [required("output", "T")],
  types: { T: ANY_13 },
  attributes: { blocksize: int({ required: true }), mode: string({ default: "DCR" }) },
  accuracy: "exact",
});
