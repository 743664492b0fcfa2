import { formatsManifest, formatsPlugin, interpManifest, interpPlugin } from "@hodu/engine";
import type { BundledPlugin } from "@hodu/plugin-host/in-process";

/** Hodu's own formats are part of the engine: nothing takes their place. */
export const FORMATS: BundledPlugin = { manifest: formatsManifest, import: async () => formatsPlugin, isBuiltIn: true };

/** So is the interpreter: a plugin like the others, at no cost to load. */
export const INTERP: BundledPlugin = { manifest: interpManifest, import: async () => interpPlugin };
