import type { Manifest } from "hodu-plugin-sdk";

/** As it stands in package.json: a test holds both equal. */
export const manifest: Manifest = {
  id: "hodu-format-onnx",
  version: "0.3.0",
  description: "Reads and writes ONNX models (.onnx) and tensors (.pb).",
  author: "The Hodu authors",
  license: "Apache-2.0",
  sdk: "^0.3.0",
  components: [
    {
      kind: "format",
      name: "onnx",
      title: "ONNX",
      modelExtensions: [".onnx"],
      tensorExtensions: [".pb"],
      capabilities: ["load_model", "save_model", "load_tensor", "save_tensor"],
    },
  ],
};
