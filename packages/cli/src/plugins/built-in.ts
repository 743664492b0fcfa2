import { formatsManifest, interpManifest } from "@hodu/engine/manifests";
import { listInProcess } from "@hodu/plugin-host/in-process";

/** Hodu's own formats are part of the engine: nothing takes their place. */
export const FORMATS = listInProcess(
  formatsManifest,
  "builtin",
  async () => (await import("@hodu/engine")).formatsPlugin,
);

/** So is the interpreter: a plugin like the others, loaded with the engine. */
export const INTERP = listInProcess(interpManifest, "bundled", async () => (await import("@hodu/engine")).interpPlugin);
