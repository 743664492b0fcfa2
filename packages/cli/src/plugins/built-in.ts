import { formatsManifest, formatsPlugin, interpManifest, interpPlugin } from "@hodu/engine";
import { listInProcess } from "@hodu/plugin-host/in-process";

/** Hodu's own formats are part of the engine: nothing takes their place. */
export const FORMATS = listInProcess(formatsManifest, "builtin", async () => formatsPlugin);

/** So is the interpreter: a plugin like the others, at no cost to load. */
export const INTERP = listInProcess(interpManifest, "bundled", async () => interpPlugin);
