import { string } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { ANY_1, ANY_13 } from "../type-sets.ts";

/** ONNX ScatterND. */
export const scatterNd = defineOperator({
  name: "ScatterND",
  versions: [{ since: 18 }, { since: 16 }, { since: 13, attributes: {} }, { since: 11, types: { T: ANY_1 } }],
  inputs: [required("data", "T"), required("indices", "i64"), required("updates", "T")],
  outputs: [required("output", "T")],
  types: { T: ANY_13 },
  attributes: { reduction: string({ default: "none" }) },
  accuracy: "exact",
});
