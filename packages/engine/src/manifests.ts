/** What the engine's own plugins are: to be listed without the engine. */
export { formatsManifest } from "./formats/manifest.ts";
export { manifest as interpManifest } from "./interp/manifest.ts";
