import { int } from "../attributes.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { ANY_1, ANY_13, seqOf, types } from "../type-sets.ts";

/** ONNX SplitToSequence. */
export const splitToSequence = defineOperator({
  name: "SplitToSequence",
  versions: [{ since: 24 }, { since: 11, types: { T: ANY_1, I: types("i32 i64"), S: seqOf(ANY_1) } }],
  inputs: [required("input", "T"), optional("split", "I")],
  outputs: [required("output_sequence", "S")],
  types: { T: ANY_13, I: types("i32 i64"), S: seqOf(ANY_13) },
  attributes: { axis: int({ default: 0 }), keepdims: int({ default: 1 }) },
  accuracy: "exact",
});
