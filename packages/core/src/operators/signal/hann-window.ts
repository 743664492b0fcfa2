import { windowPoints } from "../../lowering/made-points.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import { int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { REAL_13E, types } from "../type-sets.ts";
import { inferWindow, windowKernel } from "./window.ts";

/** sin(pi i / n)^2 for i below `size`, where n is `size`, or size - 1 when not periodic. ONNX HannWindow. */
export const hannWindow = defineOperator({
  name: "HannWindow",
  versions: [{ since: 17 }],
  inputs: [required("size", "T1")],
  outputs: [required("output", "T2")],
  types: { T1: types("i32 i64"), T2: REAL_13E },
  attributes: { output_datatype: int({ default: 1 }), periodic: int({ default: 1 }) },
  infer: inferWindow,
  reference: windowKernel((angle) => (1 - Math.cos(angle)) / 2),
  lower: windowPoints([0.5, -0.5]),
  accuracy: "transcendental",
  samples: () => [
    { inputs: [tensorFrom("i32", [], [4])], outputs: [tensorFrom("f32", [4], [0, 0.5, 1, 0.5])] },
    {
      attributes: { periodic: 0, output_datatype: 11 },
      inputs: [tensorFrom("i64", [], [5])],
      outputs: [tensorFrom("f64", [5], [0, 0.5, 1, 0.5, 0])],
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
