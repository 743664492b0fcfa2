import { int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX And. */
export const and = defineOperator({
  name: "And",
  versions: [{ since: 7 }, { since: 1, attributes: { axis: int(), broadcast: int({ default: 0 }) } }],
  inputs: [required("A", "T"), required("B", "T")],
  outputs: [required("C", "T1")],
  types: { T: types("bool"), T1: types("bool") },
  attributes: {},
  accuracy: "exact",
});
