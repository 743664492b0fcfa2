import { int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { REAL_13E, types } from "../type-sets.ts";

/** ONNX MelWeightMatrix. */
export const melWeightMatrix = defineOperator({
  name: "MelWeightMatrix",
  versions: [{ since: 17 }],
  inputs: [
    required("num_mel_bins", "T1"),
    required("dft_length", "T1"),
    required("sample_rate", "T1"),
    required("lower_edge_hertz", "T2"),
    required("upper_edge_hertz", "T2"),
  ],
  outputs: [required("output", "T3")],
  types: { T1: types("i32 i64"), T2: types("f16 bf16 f32 f64"), T3: REAL_13E },
  attributes: { output_datatype: int({ default: 1 }) },
  accuracy: "exact",
});
