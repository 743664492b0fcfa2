import { sameAsFirst } from "../../inference/shapes.ts";
import { unary } from "../../kernels/elementwise.ts";
import { unaryPoints } from "../../lowering/elementwise.ts";
import { ints } from "../attributes.ts";
import { dropConsumedInputs } from "../edit-node.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { unarySamples } from "./samples.ts";

/** 1 / x, elementwise; an infinity for 0. ONNX Reciprocal. */
export const reciprocal = defineOperator({
  name: "Reciprocal",
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
  reference: unary({ float: (x) => 1 / x }),
  lower: unaryPoints((x, k) => k.div(1, x)),
  accuracy: "rounding",
  samples: () => unarySamples([-4, 2, 3, 0], [-0.25, 0.5, 0.3333333333333333, Infinity]),
});
