import { quote } from "@hodu/core";
import type { Manifest } from "hodu-plugin-sdk";
import { callError, PROTOCOL_VERSION } from "hodu-plugin-sdk/protocol";
import { checkLoaded } from "./check-loaded.ts";
import { ChildPlugin } from "./child/child-plugin.ts";
import { START_TIMEOUT_MS } from "./child/limits.ts";
import type { PluginProgram } from "./child/program.ts";
import { remotePlugin } from "./child/remote-plugin.ts";
import { guardPlugin } from "./guard-plugin.ts";
import type { LoadedPlugin } from "./loaded-plugin.ts";
import { HOST_VERSION } from "./version.ts";

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
}

/**
 * Starts a plugin in a process of its own. A crash, a hang or a breach of the protocol is an error of the call it happens in
 * (PLUGIN_CRASH, DEADLINE or ABORTED, PLUGIN_PROTOCOL) and of every later one.
 * Throws PLUGIN_CRASH, PLUGIN_PROTOCOL (also when it is not what its manifest says), DEADLINE.
 */
export async function loadInChild(
  manifest: Manifest,
  program: PluginProgram,
  options: ChildOptions = {},
): Promise<LoadedPlugin> {
  const { startTimeout = START_TIMEOUT_MS, callTimeout, grace, logFile } = options;
  const child = await ChildPlugin.start({ id: manifest.id, program, logFile, grace });
  const what = `start plugin ${quote(manifest.id)}`;
  try {
    const params = { protocol: PROTOCOL_VERSION, host: HOST_VERSION };
    const { manifest: found } = await child.call("initialize", params, { what, timeout: startTimeout });
    checkLoaded(found, manifest);
  } catch (error) {
    await child.dispose();
    throw callError(error, new AbortController().signal, what).at({ plugin: manifest.id });
  }
  return { ...guardPlugin(remotePlugin(manifest, child, callTimeout)), dispose: () => child.dispose() };
}
