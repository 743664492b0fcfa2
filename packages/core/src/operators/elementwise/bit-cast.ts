import { int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { ANY_BUT_STRING_26 } from "../type-sets.ts";

/** ONNX BitCast. */
export const bitCast = defineOperator({
  name: "BitCast",
  versions: [{ since: 26 }],
  inputs: [required("input", "T1")],
  outputs: [required("output", "T2")],
  types: { T1: ANY_BUT_STRING_26, T2: ANY_BUT_STRING_26 },
  attributes: { to: int({ required: true }) },
  accuracy: "exact",
});
