import { int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { ANY_1, seqOf } from "../type-sets.ts";

/** ONNX SequenceEmpty. */
export const sequenceEmpty = defineOperator({
  name: "SequenceEmpty",
  versions: [{ since: 11 }],
  inputs: [],
  outputs: [required("output", "S")],
  types: { S: seqOf(ANY_1) },
  attributes: { dtype: int() },
  accuracy: "exact",
});
