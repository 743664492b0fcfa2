import { int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { REAL_13E, REAL_1B } from "../type-sets.ts";

/** ONNX Mod. */
export const mod = defineOperator({
  name: "Mod",
  versions: [{ since: 28 }, { since: 13 }, { since: 10, types: { T: REAL_1B } }],
  inputs: [required("A", "T"), required("B", "T")],
  outputs: [required("C", "T")],
  types: { T: REAL_13E },
  attributes: { fmod: int({ default: 0 }) },
  accuracy: "exact",
});
