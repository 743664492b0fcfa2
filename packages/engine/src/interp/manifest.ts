import type { Manifest } from "hodu-plugin-sdk";

/** What the interpreter is, apart from its code, so that it can be listed without being loaded. */
export const manifest: Manifest = {
  id: "hodu-backend-interp",
  version: "0.3.0",
  description: "Runs any model with the reference kernels; it defines what every operator means.",
  author: "The Hodu authors",
  license: "Apache-2.0",
  sdk: "^0.3.0",
  components: [{ kind: "backend", name: "interp", devices: ["cpu"], capabilities: ["run"] }],
};
