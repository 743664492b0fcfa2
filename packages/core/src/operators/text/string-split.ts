import { int, string } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX StringSplit. */
export const stringSplit = defineOperator({
  name: "StringSplit",
  versions: [{ since: 20 }],
  inputs: [required("X", "T1")],
  outputs: [required("Y", "T2"), required("Z", "T3")],
  types: { T1: types("string"), T2: types("string"), T3: types("i64") },
  attributes: { delimiter: string(), maxsplit: int() },
  accuracy: "exact",
});
