import { string } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX RegexFullMatch. */
export const regexFullMatch = defineOperator({
  name: "RegexFullMatch",
  versions: [{ since: 20 }],
  inputs: [required("X", "T1")],
  outputs: [required("Y", "T2")],
  types: { T1: types("string"), T2: types("bool") },
  attributes: { pattern: string() },
  accuracy: "exact",
});
