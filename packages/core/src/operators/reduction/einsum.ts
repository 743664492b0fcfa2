import { string } from "../attributes.ts";
import { defineOperator, required, variadic } from "../operator.ts";
import { REAL_13E, REAL_1B } from "../type-sets.ts";

/** ONNX Einsum. */
export const einsum = defineOperator({
  name: "Einsum",
  versions: [{ since: 28 }, { since: 12, types: { T: REAL_1B } }],
  inputs: [variadic("Inputs", "T")],
  outputs: [required("Output", "T")],
  types: { T: REAL_13E },
  attributes: { equation: string({ required: true }) },
  accuracy: "exact",
});
