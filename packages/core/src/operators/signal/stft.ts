import { int } from "../attributes.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX STFT. */
export const stft = defineOperator({
  name: "STFT",
  versions: [{ since: 17 }],
  inputs: [
    required("signal", "T1"),
    required("frame_step", "T2"),
    optional("window", "T1"),
    optional("frame_length", "T2"),
  ],
  outputs: [required("output", "T1")],
  types: { T1: types("f16 bf16 f32 f64"), T2: types("i32 i64") },
  attributes: { onesided: int({ default: 1 }) },
  accuracy: "exact",
});
