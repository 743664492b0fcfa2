import type { Manifest } from "hodu-plugin-sdk";
import { checkManifest } from "./check-manifest.ts";
import { readPackageJson } from "./read-package-json.ts";

/** The manifest of the plugin in a folder. Throws MISSING_INPUT (no package.json), BAD_PLUGIN, IO. */
export function readManifest(folder: string): Manifest {
  return checkManifest(readPackageJson(folder), folder);
}
