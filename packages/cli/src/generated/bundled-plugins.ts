// Written by tools/generate.mjs. Do not edit.
import { type ListedPlugin, listInProcess } from "@hodu/plugin-host";

/** The plugins that come with Hodu: what they are, without loading them. */
export const BUNDLED_PLUGINS: readonly ListedPlugin[] = [
  listInProcess({
      "id": "hodu-backend-cpu",
      "version": "0.3.0",
      "description": "Compiles models to machine code with the C compiler of the machine and runs them.",
      "author": "The Hodu authors",
      "license": "Apache-2.0",
      "sdk": "^0.3.0",
      "components": [
        {
          "kind": "backend",
          "name": "cpu",
          "devices": [
            "cpu"
          ],
          "capabilities": [
            "run"
          ]
        }
      ]
    }, "bundled", async () => (await import("hodu-backend-cpu")).default),
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
      "id": "hodu-format-npy",
      "version": "0.3.0",
      "description": "Reads and writes NumPy arrays (.npy) and archives of them (.npz).",
      "author": "The Hodu authors",
      "license": "Apache-2.0",
      "sdk": "^0.3.0",
      "components": [
        {
          "kind": "format",
          "name": "npy",
          "title": "NumPy",
          "modelExtensions": [],
          "tensorExtensions": [
            ".npy",
            ".npz"
          ],
          "capabilities": [
            "load_tensor",
            "save_tensor"
          ]
        }
      ]
    }, "bundled", async () => (await import("hodu-format-npy")).default),
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
