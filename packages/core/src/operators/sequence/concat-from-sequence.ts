import { int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { ANY_1, seqOf } from "../type-sets.ts";

/** ONNX ConcatFromSequence. */
export const concatFromSequence = defineOperator({
  name: "ConcatFromSequence",
  versions: [{ since: 11 }],
  inputs: [required("input_sequence", "S")],
  outputs: [required("concat_result", "T")],
  types: { S: seqOf(ANY_1), T: ANY_1 },
  attributes: { axis: int({ required: true }), new_axis: int({ default: 0 }) },
  accuracy: "exact",
});
