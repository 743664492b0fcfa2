import { int } from "../attributes.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { ANY_1, ANY_13 } from "../type-sets.ts";

/** ONNX Unique. */
export const unique = defineOperator({
  name: "Unique",
  versions: [{ since: 28 }, { since: 11, types: { T: ANY_1 } }],
  inputs: [required("X", "T")],
  outputs: [
    required("Y", "T"),
    optional("indices", "i64"),
    optional("inverse_indices", "i64"),
    optional("counts", "i64"),
  ],
  types: { T: ANY_13 },
  attributes: { axis: int(), sorted: int({ default: 1 }) },
  accuracy: "exact",
});
