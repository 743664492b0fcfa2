import { sameAsFirst } from "../../inference/shapes.ts";
import { unary } from "../../kernels/elementwise.ts";
import { sigmoid as sigmoidPoint } from "../../kernel-ir/functions/index.ts";
import { functionPoints } from "../../lowering/elementwise.ts";
import { ints } from "../attributes.ts";
import { dropConsumedInputs } from "../edit-node.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { sigmoidOf } from "./activations.ts";
import { unarySamples } from "./samples.ts";

/** 1 / (1 + e^-x), elementwise. ONNX Sigmoid. */
export const sigmoid = defineOperator({
  name: "Sigmoid",
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
  reference: unary({ float: sigmoidOf }),
  lower: functionPoints(sigmoidPoint),
  accuracy: "transcendental",
  samples: () => unarySamples([-1, 0, 2], [0.2689414213699951, 0.5, 0.8807970779778823]),
});
