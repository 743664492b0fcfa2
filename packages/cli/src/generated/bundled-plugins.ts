// Written by tools/generate.mjs. Do not edit.
import type { BundledPlugin } from "@hodu/plugin-host";

/** The plugins that come with Hodu: what they are, without loading them. */
export const BUNDLED_PLUGINS: readonly BundledPlugin[] = [
  {
    manifest: {
      "id": "hodu-format-onnx",
      "version": "0.3.0",
      "description": "Reads ONNX models (.onnx) and tensors (.pb).",
      "author": "The Hodu authors",
      "license": "Apache-2.0",
      "sdk": "^0.3.0",
      "components": [
        {
          "kind": "format",
          "name": "onnx",
          "title": "ONNX",
          "modelExtensions": [
            ".onnx"
          ],
          "tensorExtensions": [
            ".pb"
          ],
          "capabilities": [
            "load_model",
            "load_tensor"
          ]
        }
      ]
    },
    import: async () => (await import("hodu-format-onnx")).default,
  },
];
