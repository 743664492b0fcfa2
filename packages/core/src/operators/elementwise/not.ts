import { sameAsFirst } from "../../inference/shapes.ts";
import { unary } from "../../kernels/elementwise.ts";
import { unaryPoints } from "../../lowering/elementwise.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { vector } from "./samples.ts";

/** Not x, elementwise. ONNX Not. */
export const not = defineOperator({
  name: "Not",
  versions: [{ since: 1 }],
  inputs: [required("X", "T")],
  outputs: [required("Y", "T")],
  types: { T: types("bool") },
  attributes: {},
  infer: sameAsFirst,
  reference: unary({ int: (x) => (x === 0 ? 1 : 0) }),
  lower: unaryPoints((x, k) => k.not(x)),
  accuracy: "exact",
  samples: () => [{ inputs: [vector("bool", true, false)], outputs: [vector("bool", false, true)] }],
});
