import { int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { ANY_1, ANY_13 } from "../type-sets.ts";

/** ONNX ReverseSequence. */
export const reverseSequence = defineOperator({
  name: "ReverseSequence",
  versions: [{ since: 28 }, { since: 10, types: { T: ANY_1 } }],
  inputs: [required("input", "T"), required("sequence_lens", "i64")],
  outputs: [required("Y", "T")],
  types: { T: ANY_13 },
  attributes: { batch_axis: int({ default: 1 }), time_axis: int({ default: 0 }) },
  accuracy: "exact",
});
