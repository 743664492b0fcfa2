import type { BackendPlugin } from "./backend.ts";
import type { FormatPlugin } from "./format.ts";
import type { Manifest } from "./manifest.ts";

/** What a plugin's entry module exports as default: its manifest and its components by name. */
export interface Plugin {
  readonly manifest: Manifest;
  readonly formats?: Readonly<Record<string, FormatPlugin>>;
  readonly backends?: Readonly<Record<string, BackendPlugin>>;
}
