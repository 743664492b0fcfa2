import type { Manifest, Plugin } from "hodu-plugin-sdk";

/** A plugin that comes with Hodu, as data: known without being loaded. The list of them is given to the host, which imports none itself. */
export interface BundledPlugin {
  readonly manifest: Manifest;
  /** Imports the plugin's module. */
  readonly import: () => Promise<Plugin>;
  /** Part of Hodu itself rather than a plugin that comes with it: people see it as "builtin", and no other takes its extensions. */
  readonly isBuiltIn?: boolean;
}
