import { broadcast } from "../../inference/shapes.ts";
import { comparison } from "../../kernels/elementwise.ts";
import { comparisonPoints } from "../../lowering/elementwise.ts";
import { defineOperator, required } from "../operator.ts";
import { REAL_13E, REAL_1B, types } from "../type-sets.ts";
import { binarySamples, vector } from "./samples.ts";

/** a >= b, broadcast; false where one is NaN. ONNX GreaterOrEqual. */
export const greaterOrEqual = defineOperator({
  name: "GreaterOrEqual",
  versions: [{ since: 16 }, { since: 12, types: { T: REAL_1B, T1: types("bool") } }],
  inputs: [required("A", "T"), required("B", "T")],
  outputs: [required("C", "T1")],
  types: { T: REAL_13E, T1: types("bool") },
  attributes: {},
  infer: broadcast("bool"),
  reference: comparison({ number: (x, y) => x >= y, big: (x, y) => x >= y }),
  lower: comparisonPoints("ge"),
  accuracy: "exact",
  samples: () => binarySamples(["f32", "f16", "i32", "i64", "u8"], [1, 2, 3], [2, 2, 2], (x, y) => x >= y, "bool"),
  errors: () => [{ inputs: [vector("f32", 1, 2), vector("f32", 1, 2, 3)], message: /broadcast/ }],
});
