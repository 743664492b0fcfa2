/**
 * Measures one model with some number of threads, ours and the peer's in turn; in a process of its own, so that neither the threads nor the
 * memory of one model disturb the next. Answers the one message that it gets, a Job, with a Measured or a Failure.
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { estimateFlops } from "@hodu/engine";
import { loadModel, type Model, readTensor, type Tensor, tensor } from "hodu";
import { openPeer, type PeerModel, type PeerName } from "./peer.ts";

/** What to measure. */
export interface Job {
  readonly model: string;
  readonly inputs?: string;
  readonly backend: string;
  readonly peer: PeerName;
  readonly peerFolder: string;
  readonly threads: number;
  readonly rounds: number;
}

/** Medians of all runs, in milliseconds. */
export interface Measured {
  readonly ours: number;
  readonly peer: number;
  /** Of one run, as far as they are counted. */
  readonly flops: number;
  /** The largest difference of an output, relative to its largest number. */
  readonly difference: number;
  /** Whether it rounds to integers on its way. */
  readonly isQuantized: boolean;
}

/** Why there are no figures. */
export interface Failure {
  readonly who: "hodu" | "peer";
  readonly reason: string;
}

/** Time for each side in a round; a longer run is one run. */
const SLICE_MS = 60;

/** Between two sides: threads that wait by spinning have gone to sleep by then. */
const PAUSE_MS = 20;

process.once("message", (job: Job) => {
  measure(job).then(
    (answer) => process.send!(answer, () => process.exit()),
    (error: unknown) => process.send!({ who: "hodu", reason: String(error) }, () => process.exit()),
  );
});

async function measure(job: Job): Promise<Measured | Failure> {
  const ours = await loadModel(job.model, { backend: job.backend, threads: job.threads });
  const inputs = job.inputs === undefined ? randomInputs(ours) : await givenInputs(ours, job.inputs);
  let peer: PeerModel;
  try {
    peer = await openPeer(job.peer, job.peerFolder, job.model, job.threads, inputs);
    await peer.run();
  } catch (error) {
    return { who: "peer", reason: String(error).split("\n")[0] };
  }
  const difference = differenceOf(await ours.run(inputs), peer.outputs());
  const times = { ours: [] as number[], peer: [] as number[] };
  for (let round = -1; round < job.rounds; round++) {
    const isCounted = round >= 0;
    await slice(async () => ours.runSync(inputs), isCounted ? times.ours : []);
    await slice(() => peer.run(), isCounted ? times.peer : []);
  }
  const { flops } = estimateFlops(ours.snapshot, new Map());
  const isQuantized = ours.snapshot.graph.nodes.some(({ op }) => op === "QuantizeLinear");
  return { ours: median(times.ours), peer: median(times.peer), flops, difference, isQuantized };
}

/** Runs again and again for a while; the first run finds caches that the other side has filled, and is not counted. */
async function slice(run: () => Promise<unknown>, times: number[]): Promise<void> {
  await pause(PAUSE_MS);
  await run();
  const end = performance.now() + SLICE_MS;
  do {
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
  } while (performance.now() < end);
}

function median(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}

/** Numbers from -1 to 1 for every input, 0 or 1 for those of integers; dims that are not known are 1. */
function randomInputs(model: Model): Record<string, Tensor> {
  let state = 7;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
  return Object.fromEntries(
    model.inputs.map(({ name, dtype = "f32", shape }) => {
      const dims = (shape ?? []).map((dim) => (typeof dim === "number" ? dim : 1));
      const count = dims.reduce((product, dim) => product * dim, 1);
      const isFloat = dtype.startsWith("f");
      const data = Array.from({ length: count }, () => (isFloat ? next() : Math.round(Math.abs(next()))));
      return [name, tensor(dtype, data, dims)];
    }),
  );
}

async function givenInputs(model: Model, folder: string): Promise<Record<string, Tensor>> {
  const files = readdirSync(folder).filter((file) => file.startsWith("input_"));
  const inputs: Record<string, Tensor> = {};
  for (const [i, { name }] of model.inputs.entries()) {
    const file = join(folder, `input_${i}.pb`);
    if (files.length > i && existsSync(file)) inputs[name] = await readTensor(file);
  }
  return inputs;
}

function differenceOf(
  ours: Readonly<Record<string, Tensor>>,
  peers: ReadonlyMap<string, ArrayLike<number | bigint>>,
): number {
  let worst = 0;
  for (const [name, { data }] of Object.entries(ours)) {
    const other = peers.get(name);
    if (other === undefined || other.length !== data.length) return Number.POSITIVE_INFINITY;
    let [largest, most] = [Number.MIN_VALUE, 0];
    for (let i = 0; i < data.length; i++) {
      largest = Math.max(largest, Math.abs(Number(other[i])));
      most = Math.max(most, Math.abs(Number(other[i]) - Number(data[i])));
    }
    worst = Math.max(worst, most / largest);
  }
  return worst;
}
