import type { Manifest } from "hodu-plugin-sdk";
import type { PluginProgram } from "./child/program.ts";
import type { LoadedPlugin } from "./loaded-plugin.ts";

/** All times in milliseconds. */
export interface ChildOptions {
  /** From the start of the process to its first answer; default: 30 s. */
  readonly startTimeout?: number;
  /** Of each call that does work; default: as long as the call's signal allows. */
  readonly callTimeout?: number;
  /** What the plugin has to end a cancelled call, to shut down, or to follow SIGTERM, before it is ended by force; default: 2 s. */
  readonly grace?: number;
  /** What the process prints is appended to this file (16 MiB at most); default: only its last lines are kept, for errors. */
  readonly logFile?: string;
  /** Whether large tensors may travel through files in memory, where the system has them and the plugin can reach them. Default: true. */
  readonly sharedMemory?: boolean;
}

/**
 * Starts a plugin in a process of its own. A crash, a hang or a breach of the protocol is an error of the call it happens in
 * (PLUGIN_CRASH, DEADLINE or ABORTED, PLUGIN_PROTOCOL) and of every later one.
 * Throws PLUGIN_CRASH, PLUGIN_PROTOCOL (also when it is not what its manifest says), DEADLINE, IO (the log file).
 */
export async function loadInChild(
  manifest: Manifest,
  program: PluginProgram,
  options: ChildOptions = {},
): Promise<LoadedPlugin> {
  // Commands that start no process do not pay for the protocol.
  const { startPlugin } = await import("./child/start-plugin.ts");
  return startPlugin(manifest, program, options);
}
