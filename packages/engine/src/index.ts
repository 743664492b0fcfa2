export { fitValue } from "./inputs/fit-value.ts";
export { manifest as interpManifest } from "./interp/manifest.ts";
export { interpPlugin } from "./interp/plugin.ts";
