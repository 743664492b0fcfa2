import { int, string } from "../attributes.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX SoftmaxCrossEntropyLoss. */
export const softmaxCrossEntropyLoss = defineOperator({
  name: "SoftmaxCrossEntropyLoss",
  versions: [{ since: 13 }, { since: 12, types: { T: types("f16 f32 f64"), Tind: types("i32 i64") } }],
  inputs: [required("scores", "T"), required("labels", "Tind"), optional("weights", "T")],
  outputs: [required("output", "T"), optional("log_prob", "T")],
  types: { T: types("f16 bf16 f32 f64"), Tind: types("i32 i64") },
  attributes: { ignore_index: int(), reduction: string({ default: "mean" }) },
  accuracy: "exact",
});
