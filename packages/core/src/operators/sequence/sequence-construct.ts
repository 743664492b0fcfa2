import { defineOperator, required, variadic } from "../operator.ts";
import { ANY_1, seqOf } from "../type-sets.ts";

/** ONNX SequenceConstruct. */
export const sequenceConstruct = defineOperator({
  name: "SequenceConstruct",
  versions: [{ since: 11 }],
  inputs: [variadic("inputs", "T")],
  outputs: [required("output_sequence", "S")],
  types: { T: ANY_1, S: seqOf(ANY_1) },
  attributes: {},
  accuracy: "exact",
});
