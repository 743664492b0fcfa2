export { graphsOf } from "./interp/weights.ts";
export { manifest as interpManifest } from "./interp/manifest.ts";
export { interpPlugin } from "./interp/plugin.ts";
