import { windowPoints } from "../../lowering/made-points.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import { int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { REAL_13E, types } from "../type-sets.ts";
import { inferWindow, windowKernel } from "./window.ts";

/**
 * 0.42 - 0.5 cos(2 pi i / n) + 0.08 cos(4 pi i / n) for i below `size`, where n is `size`, or size - 1 when not
 * periodic. ONNX BlackmanWindow.
 */
export const blackmanWindow = defineOperator({
  name: "BlackmanWindow",
  versions: [{ since: 17 }],
  inputs: [required("size", "T1")],
  outputs: [required("output", "T2")],
  types: { T1: types("i32 i64"), T2: REAL_13E },
  attributes: { output_datatype: int({ default: 1 }), periodic: int({ default: 1 }) },
  infer: inferWindow,
  reference: windowKernel((angle) => 0.42 - 0.5 * Math.cos(angle) + 0.08 * Math.cos(2 * angle)),
  lower: windowPoints([0.42, -0.5, 0.08]),
  accuracy: "transcendental",
  samples: () => [
    { inputs: [tensorFrom("i32", [], [4])], outputs: [tensorFrom("f32", [4], [0, 0.34, 1, 0.34])] },
    {
      attributes: { periodic: 0, output_datatype: 11 },
      inputs: [tensorFrom("i64", [], [5])],
      outputs: [tensorFrom("f64", [5], [0, 0.34, 1, 0.34, 0])],
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
