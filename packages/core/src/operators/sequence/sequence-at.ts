import { defineOperator, required } from "../operator.ts";
import { ANY_1, seqOf, types } from "../type-sets.ts";

/** ONNX SequenceAt. */
export const sequenceAt = defineOperator({
  name: "SequenceAt",
  versions: [{ since: 11 }],
  inputs: [required("input_sequence", "S"), required("position", "I")],
  outputs: [required("tensor", "T")],
  types: { S: seqOf(ANY_1), T: ANY_1, I: types("i32 i64") },
  attributes: {},
  accuracy: "exact",
});
