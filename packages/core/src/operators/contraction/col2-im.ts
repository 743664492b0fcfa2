import { ints } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { ANY_13 } from "../type-sets.ts";

/** ONNX Col2Im. */
export const col2Im = defineOperator({
  name: "Col2Im",
  versions: [{ since: 18 }],
  inputs: [required("input", "T"), required("image_shape", "i64"), required("block_shape", "i64")],
  outputs: [required("output", "T")],
  types: { T: ANY_13 },
  attributes: { dilations: ints(), pads: ints(), strides: ints() },
  accuracy: "exact",
});
