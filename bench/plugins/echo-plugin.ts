import { type BackendPlugin, definePlugin, type Manifest, type NamedValue } from "hodu-plugin-sdk";

export const echoManifest: Manifest = {
  id: "hodu-bench-echo",
  version: "1.0.0",
  description: "Gives back what it gets.",
  author: "The Hodu authors",
  license: "Apache-2.0",
  sdk: "^0.3.0",
  components: [{ kind: "backend", name: "echo", devices: ["cpu"], capabilities: ["run"] }],
};

const echo: BackendPlugin = {
  supports: async () => true,
  compile: async (_model, { device, precision }) => ({
    backend: echoManifest.id,
    version: echoManifest.version,
    device,
    precision,
    bytes: new Uint8Array(0),
  }),
  async load() {
    let kept: readonly NamedValue[] = [];
    return {
      /** Gives those of its inputs that are asked for, and copies of those named "kept" in a call before. */
      async run(inputs, { outputs }) {
        const keeping = inputs.filter(({ name }) => name === "kept");
        if (keeping.length > 0) kept = structuredClone(keeping);
        return { outputs: [...inputs, ...kept].filter(({ name }) => outputs?.includes(name)), peakBytes: 0 };
      },
      dispose: async () => {},
    };
  },
};

/** A backend that does nothing: what is left of a call is its way there and back. */
export default definePlugin({ manifest: echoManifest, backends: { echo } });
