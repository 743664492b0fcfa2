import type { BrokenPlugin } from "../discovery/discover-plugins.ts";
import type { PluginHandle } from "./living-plugin.ts";

/** What a loader has done. */
export interface LoadIntoReport {
  /** Those that the registry knows now. */
  readonly registered: readonly PluginHandle[];
  /** What should be a plugin and is not, or cannot be registered: it stops no other. */
  readonly broken: readonly BrokenPlugin[];
}
