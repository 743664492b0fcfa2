import type { HoduError } from "@hodu/core";
import type { KnownPlugin } from "hodu-plugin-sdk";

/** A plugin that can be called, wherever it runs. Its calls reject with HoduErrors only, each with `where.plugin`. */
export interface LoadedPlugin extends KnownPlugin {
  /** Ends its process, if it has one; sessions are disposed of and open calls reject. Calling it again does nothing. */
  dispose(): Promise<void>;
  /** Resolves with PLUGIN_CRASH when its process ends though nobody ended it; absent without a process. */
  readonly crashed?: Promise<HoduError>;
}
