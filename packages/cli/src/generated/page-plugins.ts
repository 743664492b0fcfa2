// Written by tools/generate.mjs. Do not edit.
import { type ListedPlugin, listInProcess } from "@hodu/plugin-host/in-process";

/** The plugins that a page has: what they are, without loading them. */
export const BUNDLED_PLUGINS: readonly ListedPlugin[] = [
  listInProcess({
      "id": "hodu-backend-wasm",
      "version": "0.3.0",
      "description": "Compiles models to WebAssembly, without a toolchain, and runs them.",
      "author": "The Hodu authors",
      "license": "Apache-2.0",
      "sdk": "^0.3.0",
      "components": [
        {
          "kind": "backend",
          "name": "wasm",
          "devices": [
            "cpu"
          ],
          "capabilities": [
            "run"
          ]
        }
      ]
    }, "bundled", async () => (await import("hodu-backend-wasm")).default),
  listInProcess({
      "id": "hodu-format-onnx",
      "version": "0.3.0",
      "description": "Reads and writes ONNX models (.onnx) and tensors (.pb).",
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
            "save_model",
            "load_tensor",
            "save_tensor"
          ]
        }
      ]
    }, "bundled", async () => (await import("hodu-format-onnx")).default),
  listInProcess({
      "id": "hodu-format-safetensors",
      "version": "0.3.0",
      "description": "Reads and writes safetensors files (.safetensors).",
      "author": "The Hodu authors",
      "license": "Apache-2.0",
      "sdk": "^0.3.0",
      "components": [
        {
          "kind": "format",
          "name": "safetensors",
          "title": "safetensors",
          "modelExtensions": [],
          "tensorExtensions": [
            ".safetensors"
          ],
          "capabilities": [
            "load_tensor",
            "save_tensor"
          ]
        }
      ]
    }, "bundled", async () => (await import("hodu-format-safetensors")).default),
];
