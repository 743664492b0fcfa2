import { type LoadedPlugin, loadInChild, type PluginProgram } from "@hodu/plugin-host";
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
const LARGE = 4 * KIBI * KIBI;
const HUGE = 100_000_000;

/** Calls in one round: a single one is too short to be told from what the machine does else. */
const SMALL_CALLS = 2000;
const LARGE_CALLS = 50;

/** Times calls of an echoing plugin with 1 KiB and with 4 MiB, the large ones through memory and in frames; `title` says whose they are. */
export async function callRows(program: PluginProgram, title: string, rounds: number): Promise<readonly PluginRow[]> {
  const mapped = await loadInChild(echoManifest, program, { sharedMemory: true });
  const framed = await loadInChild(echoManifest, program, { sharedMemory: false });
  try {
    return await timeCalls(await open(mapped), await open(framed), title, rounds);
  } finally {
    await mapped.dispose();
    await framed.dispose();
  }
}

async function timeCalls(far: Session, plain: Session, title: string, rounds: number): Promise<PluginRow[]> {
  const works = [
    { name: "call with 1 KiB, there and back", bound: 0.1, calls: SMALL_CALLS, work: both(far, KIBI) },
    { name: "call with 4 MiB, through memory", bound: 1, calls: LARGE_CALLS, work: there(far, LARGE) },
    {
      name: "call that gives 4 MiB, through memory",
      bound: 1,
      calls: LARGE_CALLS,
      work: back(far, LARGE),
    },
    { name: "call with 4 MiB, in frames", bound: 4, calls: LARGE_CALLS, work: there(plain, LARGE) },
    { name: "call that gives 4 MiB, in frames", bound: 4, calls: LARGE_CALLS, work: back(plain, LARGE) },
    { name: "call with 100 MB", bound: 200, calls: 1, work: there(far, HUGE) },
    { name: "call that gives 100 MB", bound: 200, calls: 1, work: back(far, HUGE) },
  ];
  const timings: Timing[] = [];
  for (const { calls: count, work } of works) timings.push(await medianOf(rounds * count, work));
  return works.map(({ name, bound }, i) => ({
    name: `${title}${name}`,
    bound,
    median: timings[i].median,
    min: timings[i].min,
  }));
}

/** As many calls go ahead as count: engines translate what is called often, and memory is used again. */
async function medianOf(count: number, work: () => Promise<unknown>): Promise<Timing> {
  for (let i = 0; i < count; i++) await work();
  const [timing] = await measureInterleaved([work], count);
  return timing;
}

async function open(plugin: LoadedPlugin): Promise<Session> {
  const { id, version } = echoManifest;
  const artifact = { backend: id, version, device: "cpu", precision: "native", bytes: new Uint8Array(0) } as const;
  return plugin.backends!["echo"].load(artifact, undefined, { threads: 1, maxMemory: Infinity }, context);
}

const bytes = (name: string, length: number): NamedValue => ({
  name,
  value: tensorOf("u8", [length], new Uint8Array(length)),
});

function both(session: Session, length: number): () => Promise<unknown> {
  const inputs = [bytes("x", length)];
  return () => session.run(inputs, { outputs: ["x"] }, context);
}

function there(session: Session, length: number): () => Promise<unknown> {
  const inputs = [bytes("x", length)];
  return () => session.run(inputs, { outputs: [] }, context);
}

/** Gets what the first call left there. */
function back(session: Session, length: number): () => Promise<unknown> {
  let left: Promise<unknown> | undefined;
  return async () => {
    await (left ??= session.run([bytes("kept", length)], { outputs: [] }, context));
    return session.run([], { outputs: ["kept"] }, context);
  };
}
