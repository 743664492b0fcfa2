import type { Manifest } from "hodu-plugin-sdk";

/** As it stands in package.json: a test holds both equal. */
export const manifest: Manifest = {
  id: "hodu-backend-wasm",
  version: "0.3.0",
  description: "Compiles models to WebAssembly, without a toolchain, and runs them.",
  author: "The Hodu authors",
  license: "Apache-2.0",
  sdk: "^0.3.0",
  components: [
    {
      kind: "backend",
      name: "wasm",
      devices: ["cpu"],
      capabilities: ["run"],
    },
  ],
};
