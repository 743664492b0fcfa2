import type { Manifest, Plugin } from "hodu-plugin-sdk";
import { loadInProcess } from "./load-in-process.ts";
import type { LoadedPlugin } from "./loaded-plugin.ts";

/**
 * Where a plugin was found, in the order in which places are looked at: a folder that was named, the project, the user's folder, the
 * system's, what comes with Hodu, and Hodu itself, whose extensions no other plugin takes.
 */
export const ORIGINS = ["path", "project", "user", "system", "bundled", "builtin"] as const;
export type PluginOrigin = (typeof ORIGINS)[number];

/** A plugin as data, known without being loaded, and the way to load it. */
export interface ListedPlugin {
  readonly manifest: Manifest;
  readonly origin: PluginOrigin;
  /** The folder of its package, where it is not part of Hodu. */
  readonly folder?: string;
  /** What it was installed from: `local:/path`, `file:/path/to.tgz`, `npm`. */
  readonly source?: string;
  /** Of what was installed: `sha256:...`. */
  readonly digest?: string;
  /** Of one that is used in its own folder: a text that is another whenever its files are. */
  readonly state?: () => string;
  /** It runs in a process of its own. */
  readonly isApart?: true;
  /** Loads it, in this process or in one of its own. Throws PLUGIN_PROTOCOL, PLUGIN_CRASH, DEADLINE, IO. */
  readonly load: () => Promise<LoadedPlugin>;
}

/** A plugin that is imported into this process. */
export function listInProcess(
  manifest: Manifest,
  origin: PluginOrigin,
  importPlugin: () => Promise<Plugin>,
): ListedPlugin {
  return { manifest, origin, load: () => loadInProcess(manifest, importPlugin) };
}
