import { string } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX ImageDecoder. */
export const imageDecoder = defineOperator({
  name: "ImageDecoder",
  versions: [{ since: 20 }],
  inputs: [required("encoded_stream", "T1")],
  outputs: [required("image", "T2")],
  types: { T1: types("u8"), T2: types("u8") },
  attributes: { pixel_format: string({ default: "RGB" }) },
  accuracy: "exact",
});
