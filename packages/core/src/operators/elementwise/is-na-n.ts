import { sameShapeAs } from "../../inference/shapes.ts";
import { mapTo } from "../../kernels/elementwise.ts";
import { unaryPoints } from "../../lowering/elementwise.ts";
import { defineOperator, required } from "../operator.ts";
import { FLOATS_20, types } from "../type-sets.ts";
import { vector } from "./samples.ts";

/** Whether x is NaN, elementwise. ONNX IsNaN. */
export const isNaN = defineOperator({
  name: "IsNaN",
  versions: [
    { since: 20 },
    { since: 13, types: { T1: types("f16 bf16 f32 f64"), T2: types("bool") } },
    { since: 9, types: { T1: types("f16 f32 f64"), T2: types("bool") } },
  ],
  inputs: [required("X", "T1")],
  outputs: [required("Y", "T2")],
  types: { T1: FLOATS_20, T2: types("bool") },
  attributes: {},
  infer: sameShapeAs("bool"),
  reference: mapTo("bool", (x) => (Number.isNaN(x) ? 1 : 0)),
  lower: unaryPoints((x, k) => k.ne(x, x)),
  accuracy: "exact",
  samples: () =>
    (["f32", "f16", "f8e4m3fn"] as const).map((dtype) => ({
      inputs: [vector(dtype, 1, NaN, -2)],
      outputs: [vector("bool", false, true, false)],
    })),
});
