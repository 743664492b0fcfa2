import { defineOperator, optional, required } from "../operator.ts";
import { ANY_1, seqOf, types } from "../type-sets.ts";

/** ONNX SequenceInsert. */
export const sequenceInsert = defineOperator({
  name: "SequenceInsert",
  versions: [{ since: 11 }],
  inputs: [required("input_sequence", "S"), required("tensor", "T"), optional("position", "I")],
  outputs: [required("output_sequence", "S")],
  types: { T: ANY_1, S: seqOf(ANY_1), I: types("i32 i64") },
  attributes: {},
  accuracy: "exact",
});
