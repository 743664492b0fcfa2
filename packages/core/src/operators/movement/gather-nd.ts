import { int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { ANY_1, ANY_13 } from "../type-sets.ts";

/** ONNX GatherND. */
export const gatherNd = defineOperator({
  name: "GatherND",
  versions: [{ since: 13 }, { since: 12, types: { T: ANY_1 } }, { since: 11, attributes: {} }],
  inputs: [required("data", "T"), required("indices", "i64")],
  outputs: [required("output", "T")],
  types: { T: ANY_13 },
  attributes: { batch_dims: int({ default: 0 }) },
  accuracy: "exact",
});
