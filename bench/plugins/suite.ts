import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { loadInChild, nodeProgram } from "@hodu/plugin-host";
import { measureInterleaved } from "../measure.ts";
import { callRows, type PluginRow } from "./calls.ts";
import { clientRows } from "./clients.ts";
import { echoManifest } from "./echo-plugin.ts";
import { listRow } from "./list.ts";

const program = nodeProgram(new URL("echo-plugin.js", import.meta.url));

/**
 * Times calls with small and large tensors, of plugins in TypeScript and of the clients in other languages that are there, starts of a
 * plugin's process against those of a bare one, and the list of many plugins.
 */
export async function pluginsSuite(rounds: number): Promise<readonly PluginRow[]> {
  const calls = await callRows(program, "", rounds);
  return [...calls, ...(await starts(rounds)), await listRow(rounds), ...(await clientRows(rounds))];
}

async function starts(rounds: number): Promise<PluginRow[]> {
  const bare = fileURLToPath(new URL("bare.js", import.meta.url));
  const [plugin, node] = await measureInterleaved([startAndEnd, () => startBare(bare)], rounds);
  const name = "start of a plugin's process over that of bare Node";
  return [{ name, bound: 40, median: plugin.median - node.median, min: plugin.min - node.min }];
}

async function startAndEnd(): Promise<void> {
  const plugin = await loadInChild(echoManifest, program, { sharedMemory: true });
  // it takes time, too, but not that of who waits for the plugin
  ended.push(plugin.dispose());
}

const ended: Promise<void>[] = [];

async function startBare(path: string): Promise<void> {
  const child = spawn(process.execPath, [path], { stdio: ["ignore", "ignore", "inherit", "pipe"] });
  const line = child.stdio[3] as Socket;
  await once(line, "data");
  line.destroy();
}
