import { int, string } from "../attributes.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { ANY_24 } from "../type-sets.ts";

/** ONNX TensorScatter. */
export const tensorScatter = defineOperator({
  name: "TensorScatter",
  versions: [{ since: 24 }],
  inputs: [required("past_cache", "T"), required("update", "T"), optional("write_indices", "i64")],
  outputs: [required("present_cache", "T")],
  types: { T: ANY_24 },
  attributes: { axis: int({ default: -2 }), mode: string({ default: "linear" }) },
  accuracy: "exact",
});
