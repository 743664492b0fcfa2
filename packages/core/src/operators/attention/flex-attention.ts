import { float, graph, int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX FlexAttention. */
export const flexAttention = defineOperator({
  name: "FlexAttention",
  domain: "ai.onnx.preview",
  versions: [{ since: 1 }],
  inputs: [required("Q", "T1"), required("K", "T1"), required("V", "T1")],
  outputs: [required("Y", "T1")],
  types: { T1: types("f16 bf16 f32 f64") },
  attributes: { prob_mod: graph(), scale: float(), score_mod: graph(), softmax_precision: int() },
  accuracy: "exact",
});
