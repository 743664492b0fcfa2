import type { Manifest } from "hodu-plugin-sdk";

/** As it stands in package.json: a test holds both equal. */
export const manifest: Manifest = {
  id: "hodu-format-npy",
  version: "0.3.0",
  description: "Reads and writes NumPy arrays (.npy) and archives of them (.npz).",
  author: "The Hodu authors",
  license: "Apache-2.0",
  sdk: "^0.3.0",
  components: [
    {
      kind: "format",
      name: "npy",
      title: "NumPy",
      modelExtensions: [],
      tensorExtensions: [".npy", ".npz"],
      capabilities: ["load_tensor", "save_tensor"],
    },
  ],
};
