import { int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { ANY_1, ANY_13, REAL_1B } from "../type-sets.ts";

/** ONNX OneHot. */
export const oneHot = defineOperator({
  name: "OneHot",
  versions: [{ since: 28 }, { since: 11, types: { T1: REAL_1B, T2: REAL_1B, T3: ANY_1 } }, { since: 9 }],
  inputs: [required("indices", "T1"), required("depth", "T2"), required("values", "T3")],
  outputs: [required("output", "T3")],
  types: { T1: REAL_1B, T2: REAL_1B, T3: ANY_13 },
  attributes: { axis: int({ default: -1 }) },
  accuracy: "exact",
});
