import { windowPoints } from "../../lowering/made-points.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import { int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { REAL_13E, types } from "../type-sets.ts";
import { inferWindow, windowKernel } from "./window.ts";

/**
 * 25/46 - 21/46 cos(2 pi i / n) for i below `size`, where n is `size`, or size - 1 when not periodic. ONNX
 * HammingWindow.
 */
export const hammingWindow = defineOperator({
  name: "HammingWindow",
  versions: [{ since: 17 }],
  inputs: [required("size", "T1")],
  outputs: [required("output", "T2")],
  types: { T1: types("i32 i64"), T2: REAL_13E },
  attributes: { output_datatype: int({ default: 1 }), periodic: int({ default: 1 }) },
  infer: inferWindow,
  reference: windowKernel((angle) => (25 - 21 * Math.cos(angle)) / 46),
  lower: windowPoints([25 / 46, -21 / 46]),
  accuracy: "transcendental",
  samples: () => [
    {
      inputs: [tensorFrom("i32", [], [4])],
      outputs: [tensorFrom("f32", [4], [0.086956521739, 0.54347826087, 1, 0.54347826087])],
    },
    {
      attributes: { periodic: 0, output_datatype: 11 },
      inputs: [tensorFrom("i64", [], [5])],
      outputs: [tensorFrom("f64", [5], [4 / 46, 25 / 46, 1, 25 / 46, 4 / 46])],
    },
  ],
  errors: () => [
    { inputs: [tensorFrom("i32", [], [-1])], message: /size -1 must not be negative/ },
    {
      attributes: { output_datatype: 9 },
      inputs: [tensorFrom("i32", [], [4])],
      message: /output_datatype bool must be one of/,
    },
  ],
});
