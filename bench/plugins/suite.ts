import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { type LoadedPlugin, loadInChild, nodeProgram } from "@hodu/plugin-host";
import { type CallContext, type NamedValue, type Session, tensorOf } from "hodu-plugin-sdk";
import { measureInterleaved, type Timing } from "../measure.ts";
import { echoManifest } from "./echo-plugin.ts";

/** What a plugin in a process of its own costs: median, least and bound, in milliseconds. */
export interface PluginRow {
  readonly name: string;
  readonly median: number;
  readonly min: number;
  readonly bound: number;
}

const context: CallContext = { signal: new AbortController().signal, log() {}, progress() {} };
const KIBI = 1024;

/** Calls in one round: a single one is too short to be told from what the machine does else. */
const SMALL_CALLS = 200;
const LARGE_CALLS = 10;

/** Times calls with small and large tensors, and starts of a plugin's process against those of a bare one. */
export async function pluginsSuite(rounds: number): Promise<readonly PluginRow[]> {
  const mapped = await start(true);
  const framed = await start(false);
  try {
    return [...(await calls(mapped, framed, rounds)), ...(await starts(rounds))];
  } finally {
    await mapped.dispose();
    await framed.dispose();
  }
}

const start = (sharedMemory: boolean): Promise<LoadedPlugin> =>
  loadInChild(echoManifest, nodeProgram(new URL("echo-plugin.js", import.meta.url)), { sharedMemory });

async function calls(mapped: LoadedPlugin, framed: LoadedPlugin, rounds: number): Promise<PluginRow[]> {
  const [far, plain] = await Promise.all([open(mapped), open(framed)]);
  const works = [
    { name: "call with 1 KiB, there and back", bound: 0.1, calls: SMALL_CALLS, work: both(far, KIBI) },
    { name: "call with 4 MiB, through memory", bound: 1, calls: LARGE_CALLS, work: there(far, 4 * KIBI * KIBI) },
    { name: "call that gives 4 MiB, through memory", bound: 1, calls: LARGE_CALLS, work: back(far, 4 * KIBI * KIBI) },
    { name: "call with 4 MiB, in frames", bound: 4, calls: LARGE_CALLS, work: there(plain, 4 * KIBI * KIBI) },
    { name: "call that gives 4 MiB, in frames", bound: 4, calls: LARGE_CALLS, work: back(plain, 4 * KIBI * KIBI) },
  ];
  const timings: Timing[] = [];
  for (const { calls: count, work } of works) timings.push(await medianOf(rounds * count, work));
  return works.map(({ name, bound }, i) => ({ name, bound, median: timings[i].median, min: timings[i].min }));
}

async function medianOf(count: number, work: () => Promise<unknown>): Promise<Timing> {
  const [timing] = await measureInterleaved([work], count);
  return timing;
}

async function open(plugin: LoadedPlugin): Promise<Session> {
  const { id, version } = echoManifest;
  const artifact = { backend: id, version, device: "cpu", precision: "native", bytes: new Uint8Array(0) } as const;
  return plugin.backends!["echo"].load(artifact, undefined, { threads: 1, maxMemory: Infinity }, context);
}

const bytes = (length: number): NamedValue => ({ name: "x", value: tensorOf("u8", [length], new Uint8Array(length)) });

function both(session: Session, length: number): () => Promise<unknown> {
  const inputs = [bytes(length)];
  return () => session.run(inputs, { outputs: ["x"] }, context);
}

function there(session: Session, length: number): () => Promise<unknown> {
  const inputs = [bytes(length)];
  return () => session.run(inputs, { outputs: [] }, context);
}

function back(session: Session, length: number): () => Promise<unknown> {
  const given = session.run([bytes(length)], { outputs: [] }, context);
  return async () => {
    await given;
    return session.run([], { outputs: ["x"] }, context);
  };
}

async function starts(rounds: number): Promise<PluginRow[]> {
  const bare = fileURLToPath(new URL("bare.js", import.meta.url));
  const [plugin, node] = await measureInterleaved([startAndEnd, () => startBare(bare)], rounds);
  const name = "start of a plugin's process over that of bare Node";
  return [{ name, bound: 40, median: plugin.median - node.median, min: plugin.min - node.min }];
}

async function startAndEnd(): Promise<void> {
  const plugin = await start(true);
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
