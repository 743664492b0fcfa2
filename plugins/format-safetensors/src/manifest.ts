import type { Manifest } from "hodu-plugin-sdk";

/** As it stands in package.json: a test holds both equal. */
export const manifest: Manifest = {
  id: "hodu-format-safetensors",
  version: "0.3.0",
  description: "Reads and writes safetensors files (.safetensors).",
  author: "The Hodu authors",
  license: "Apache-2.0",
  sdk: "^0.3.0",
  components: [
    {
      kind: "format",
      name: "safetensors",
      title: "safetensors",
      modelExtensions: [],
      tensorExtensions: [".safetensors"],
      capabilities: ["load_tensor", "save_tensor"],
    },
  ],
};
