import { defineOperator, required } from "../operator.ts";
import { ANY_1, seqOf, types } from "../type-sets.ts";

/** ONNX SequenceLength. */
export const sequenceLength = defineOperator({
  name: "SequenceLength",
  versions: [{ since: 11 }],
  inputs: [required("input_sequence", "S")],
  outputs: [required("length", "I")],
  types: { S: seqOf(ANY_1), I: types("i64") },
  attributes: {},
  accuracy: "exact",
});
