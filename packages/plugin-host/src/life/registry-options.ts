import type { LogLevel } from "hodu-plugin-sdk";
import type { Machine } from "../resolve/machine.ts";
import type { CrashRecord } from "./crash-record.ts";

/** What a registry gets from where it is used. All of it may be left out. */
export interface RegistryOptions {
  /** Where plugins and the registry log; default: nowhere. */
  readonly log?: (plugin: string, level: LogLevel, message: string) => void;
  /** The settings of a plugin, by its id; default: none. */
  readonly configOf?: (plugin: string) => ReadonlyMap<string, string>;
  /** Where crashes are recorded; default: in memory, for as long as the registry is. */
  readonly crashes?: CrashRecord;
  /** What the machine has beside plugins; default: this one. */
  readonly machine?: Machine;
}
