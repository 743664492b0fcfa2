import { quote } from "@hodu/core";
import { callError, type Manifest } from "hodu-plugin-sdk";
import { makeMemoryFolder, MemoryFiles } from "hodu-plugin-sdk/process";
import { PROTOCOL_VERSION } from "hodu-plugin-sdk/protocol";
import { checkLoaded } from "../check-loaded.ts";
import { guardPlugin } from "../guard-plugin.ts";
import type { ChildOptions } from "../load-in-child.ts";
import type { LoadedPlugin } from "../loaded-plugin.ts";
import { HOST_VERSION } from "../version.ts";
import { ChildPlugin } from "./child-plugin.ts";
import { START_TIMEOUT_MS } from "./limits.ts";
import type { PluginProgram } from "./program.ts";
import { remotePlugin } from "./remote-plugin.ts";

/** What `loadInChild` promises. */
export async function startPlugin(
  manifest: Manifest,
  program: PluginProgram,
  options: ChildOptions,
): Promise<LoadedPlugin> {
  const { startTimeout = START_TIMEOUT_MS, callTimeout, grace, logFile, sharedMemory = true } = options;
  const child = await ChildPlugin.start({ plugin: manifest, program, logFile, grace });
  const what = `start plugin ${quote(manifest.id)}`;
  const folder = sharedMemory ? makeMemoryFolder() : undefined;
  const memory = folder === undefined ? undefined : new MemoryFiles(folder, "host");
  let found;
  try {
    const params = { protocol: PROTOCOL_VERSION, host: HOST_VERSION, memory: folder };
    found = await child.call("initialize", params, { what, timeout: startTimeout });
    checkLoaded(found, manifest);
    if (memory !== undefined && found.memory === true) child.useMemory(memory);
    else memory?.close();
  } catch (error) {
    memory?.close();
    await child.dispose();
    throw callError(error, new AbortController().signal, what).at({ plugin: manifest.id });
  }
  const guarded = guardPlugin(remotePlugin(manifest, child, found.life ?? [], callTimeout), manifest);
  return { ...guarded, crashed: child.crashed, dispose: () => child.dispose() };
}
