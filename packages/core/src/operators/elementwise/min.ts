import { broadcast } from "../../inference/shapes.ts";
import { variadicFold } from "../../kernels/elementwise.ts";
import { variadicPoints } from "../../lowering/elementwise.ts";
import { ints } from "../attributes.ts";
import { dropConsumedInputs } from "../edit-node.ts";
import { defineOperator, required, variadic } from "../operator.ts";
import { REAL_13E, REAL_1B, types } from "../type-sets.ts";
import { downgradeToEqualShapes } from "./legacy-broadcast.ts";
import { chooseDim, propagateFold } from "./propagate-elements.ts";
import { binarySamples, vector } from "./samples.ts";

/** The smallest of all inputs, broadcast; NaN where one is. ONNX Min. */
export const min = defineOperator({
  name: "Min",
  versions: [
    { since: 13 },
    { since: 12, types: { T: REAL_1B } },
    { since: 8, types: { T: types("f16 f32 f64") } },
    { since: 6, changed: "inputs broadcast", downgrade: downgradeToEqualShapes },
    { since: 1, attributes: { consumed_inputs: ints() }, upgrade: dropConsumedInputs },
  ],
  inputs: [variadic("data_0", "T")],
  outputs: [required("min", "T")],
  types: { T: REAL_13E },
  attributes: {},
  infer: broadcast(),
  propagate: propagateFold(chooseDim(Math.min)),
  reference: variadicFold({ float: (x, y) => Math.min(x, y), big: (x, y) => (x < y ? x : y) }),
  lower: variadicPoints("min"),
  accuracy: "exact",
  samples: () => [
    ...binarySamples(["f32", "f16", "i32", "i64", "u8"], [1, 2, 3], [2, 2, 2], (x, y) => Math.min(x, y)),
    {
      inputs: [vector("f32", 3, 2, 1), vector("f32", 1, NaN, 4), vector("f32", 2)],
      outputs: [vector("f32", 1, NaN, 1)],
    },
    { inputs: [vector("f32", 3, 2)], outputs: [vector("f32", 3, 2)] },
  ],
  errors: () => [{ inputs: [vector("f32", 1, 2), vector("f32", 1, 2, 3)], message: /broadcast/ }],
});
