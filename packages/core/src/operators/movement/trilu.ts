import { int } from "../attributes.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { ANY_13 } from "../type-sets.ts";

/** ONNX Trilu. */
export const trilu = defineOperator({
  name: "Trilu",
  versions: [{ since: 14 }],
  inputs: [required("input", "T"), optional("k", "i64")],
  outputs: [required("output", "T")],
  types: { T: ANY_13 },
  attributes: { upper: int({ default: 1 }) },
  accuracy: "exact",
});
