import type { Manifest } from "hodu-plugin-sdk";

/** As it stands in package.json: a test holds both equal. */
export const manifest: Manifest = {
  id: "hodu-backend-cpu",
  version: "0.3.0",
  description: "Compiles models to machine code with the C compiler of the machine and runs them.",
  author: "The Hodu authors",
  license: "Apache-2.0",
  sdk: "^0.3.0",
  components: [
    {
      kind: "backend",
      name: "cpu",
      devices: ["cpu"],
      capabilities: ["run"],
    },
  ],
};
