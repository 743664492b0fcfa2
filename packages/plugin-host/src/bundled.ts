import type { Manifest, Plugin } from "hodu-plugin-sdk";

/** A plugin that comes with Hodu, as data: known without being loaded. The list of them is given to the host, which imports none itself. */
export interface BundledPlugin {
  readonly manifest: Manifest;
  /** Imports the plugin's module. */
  readonly import: () => Promise<Plugin>;
}
