import { int, string } from "../attributes.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX NegativeLogLikelihoodLoss. */
export const negativeLogLikelihoodLoss = defineOperator({
  name: "NegativeLogLikelihoodLoss",
  versions: [{ since: 22 }, { since: 13, types: { T: types("f16 f32 f64"), Tind: types("i32 i64") } }, { since: 12 }],
  inputs: [required("input", "T"), required("target", "Tind"), optional("weight", "T")],
  outputs: [required("loss", "T")],
  types: { T: types("f16 bf16 f32 f64"), Tind: types("i32 i64") },
  attributes: { ignore_index: int(), reduction: string({ default: "mean" }) },
  accuracy: "exact",
});
