import type { Manifest } from "hodu-plugin-sdk";

/** What the built-in formats are, apart from their code, so that they can be listed without being loaded. */
export const formatsManifest: Manifest = {
  id: "hodu-format-builtin",
  version: "0.3.0",
  description: "Hodu's own files: .hdss models, .hdt tensors, and tensors as .json.",
  author: "The Hodu authors",
  license: "Apache-2.0",
  sdk: "^0.3.0",
  components: [
    {
      kind: "format",
      name: "hdss",
      title: "Hodu Snapshot",
      modelExtensions: [".hdss"],
      tensorExtensions: [],
      capabilities: ["load_model", "save_model"],
    },
    {
      kind: "format",
      name: "hdt",
      title: "Hodu tensors",
      modelExtensions: [],
      tensorExtensions: [".hdt"],
      capabilities: ["load_tensor", "save_tensor"],
    },
    {
      kind: "format",
      name: "json",
      title: "JSON",
      modelExtensions: [],
      tensorExtensions: [".json"],
      capabilities: ["load_tensor", "save_tensor"],
    },
  ],
};
