import { roundHalfEven } from "../../dtypes/float-codec.ts";
import { sameAsFirst } from "../../inference/shapes.ts";
import { unary } from "../../kernels/elementwise.ts";
import { unaryPoints } from "../../lowering/elementwise.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { unarySamples } from "./samples.ts";

/** The nearest integer, ties to even, elementwise. ONNX Round. */
export const round = defineOperator({
  name: "Round",
  versions: [{ since: 22 }, { since: 11, types: { T: types("f16 f32 f64") } }],
  inputs: [required("X", "T")],
  outputs: [required("Y", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: {},
  infer: sameAsFirst,
  reference: unary({ float: roundHalfEven }),
  lower: unaryPoints((x, k) => k.round(x)),
  accuracy: "exact",
  samples: () => unarySamples([0.5, 1.5, 2.5, -4.5, -0.25, 2.75], [0, 2, 2, -4, -0, 3]),
});
