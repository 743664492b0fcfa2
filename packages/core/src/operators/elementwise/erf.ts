import { sameAsFirst } from "../../inference/shapes.ts";
import { unary } from "../../kernels/elementwise.ts";
import { errorFunction } from "../../kernels/error-function.ts";
import { defineOperator, required } from "../operator.ts";
import { REAL_1B, types } from "../type-sets.ts";
import { unarySamples } from "./samples.ts";

/** The error function of x, elementwise. ONNX Erf. */
export const erf = defineOperator({
  name: "Erf",
  versions: [{ since: 13 }, { since: 9, types: { T: REAL_1B } }],
  inputs: [required("input", "T")],
  outputs: [required("output", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: {},
  infer: sameAsFirst,
  reference: unary({ float: errorFunction }),
  accuracy: "transcendental",
  samples: () => unarySamples([-1, 0, 0.5, 3], [-0.8427007929497149, 0, 0.5204998778130465, 0.9999779095030014]),
});
