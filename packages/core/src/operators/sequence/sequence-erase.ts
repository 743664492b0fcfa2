import { defineOperator, optional, required } from "../operator.ts";
import { ANY_1, seqOf, types } from "../type-sets.ts";

/** ONNX SequenceErase. */
export const sequenceErase = defineOperator({
  name: "SequenceErase",
  versions: [{ since: 11 }],
  inputs: [required("input_sequence", "S"), optional("position", "I")],
  outputs: [required("output_sequence", "S")],
  types: { S: seqOf(ANY_1), I: types("i32 i64") },
  attributes: {},
  accuracy: "exact",
});
