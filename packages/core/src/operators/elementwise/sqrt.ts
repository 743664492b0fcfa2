import { sameAsFirst } from "../../inference/shapes.ts";
import { unary } from "../../kernels/elementwise.ts";
import { unaryPoints } from "../../lowering/elementwise.ts";
import { ints } from "../attributes.ts";
import { dropConsumedInputs } from "../edit-node.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { unarySamples } from "./samples.ts";

/** The square root of x, elementwise; NaN below 0. ONNX Sqrt. */
export const sqrt = defineOperator({
  name: "Sqrt",
  versions: [
    { since: 13 },
    { since: 6, types: { T: types("f16 f32 f64") } },
    { since: 1, attributes: { consumed_inputs: ints() }, upgrade: dropConsumedInputs },
  ],
  inputs: [required("X", "T")],
  outputs: [required("Y", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: {},
  infer: sameAsFirst,
  reference: unary({ float: Math.sqrt }),
  lower: unaryPoints((x, k) => k.sqrt(x)),
  accuracy: "rounding",
  samples: () => unarySamples([1, 4, 2, 0], [1, 2, 1.4142135623730951, 0]),
});
