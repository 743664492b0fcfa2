import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type Candidate, candidates } from "./candidates.ts";
import type { Failure, Job, Measured } from "./measure-model.ts";
import { peakGflops } from "./peak.ts";
import { type PeerName, peerFolder } from "./peer.ts";

/** What to measure and against whom. */
export interface CompiledOptions {
  readonly peer: PeerName;
  readonly threads: readonly number[];
  readonly models?: readonly string[] | undefined;
  readonly folder?: string | undefined;
  readonly rounds: number;
}

/** One model with one number of threads. */
export interface CompiledRow {
  readonly model: string;
  readonly threads: number;
  readonly ours_ms: number;
  readonly peer_ms: number;
  /** peer / ours: above 1 where ours is faster. */
  readonly ratio: number;
  readonly gflops: number;
  /** Of a loop of multiply-adds in registers on as many threads; of backends of the processor itself. */
  readonly share_of_peak?: number;
}

/** All rows, and what was left out. */
export interface CompiledFigures {
  readonly rows: readonly CompiledRow[];
  readonly skipped: readonly string[];
  readonly failed: readonly string[];
}

/** The backend that each peer is the mark for. */
const BACKENDS: Readonly<Record<PeerName, string>> = { onnxruntime: "cpu", "onnxruntime-web": "wasm" };

/** Longest time for one model. */
const DEADLINE_MS = 300_000;

/** Largest difference of results, relative to the largest number of a tensor: a speed that needs wrong results does not count. */
const MAX_DIFFERENCE = 2e-3;

/** The same of models that round to 8 bits: a step of the last rounding. */
const MAX_QUANTIZED_DIFFERENCE = 1 / 127;

/** Measures models one after another, each in a process of its own, and tells each row when it is there. */
export async function compiledSuite(
  options: CompiledOptions,
  tell: (row: CompiledRow) => void,
): Promise<CompiledFigures> {
  const { peer, threads: counts, rounds } = options;
  const folder = peerFolder(peer);
  const rows: CompiledRow[] = [];
  const skipped: string[] = [];
  const failed: string[] = [];
  const models = await candidates(options.models, options.folder);
  for (const threads of counts) {
    const peak = peer === "onnxruntime" ? peakGflops(threads) : undefined;
    for (const candidate of models) {
      const name = `${candidate.name}, ${threads} ${threads === 1 ? "thread" : "threads"}`;
      const answer = await ask(candidate, { backend: BACKENDS[peer], peer, peerFolder: folder, threads, rounds });
      if ("reason" in answer) (answer.who === "peer" ? skipped : failed).push(`${name}: ${answer.reason}`);
      else if (!(answer.difference <= (answer.isQuantized ? MAX_QUANTIZED_DIFFERENCE : MAX_DIFFERENCE)))
        failed.push(`${name}: results differ by ${answer.difference.toExponential(1)} of the largest`);
      else {
        const row = rowOf(candidate.name, threads, answer, peak);
        rows.push(row);
        tell(row);
      }
    }
  }
  return { rows, skipped, failed };
}

function rowOf(model: string, threads: number, { ours, peer, flops }: Measured, peak: number | undefined): CompiledRow {
  const gflops = flops / ours / 1e6;
  const row = { model, threads, ours_ms: ours, peer_ms: peer, ratio: peer / ours, gflops };
  return peak === undefined ? row : { ...row, share_of_peak: gflops / peak };
}

function ask({ model, inputs }: Candidate, job: Omit<Job, "model" | "inputs">): Promise<Measured | Failure> {
  const child = fork(fileURLToPath(new URL("measure-model.js", import.meta.url)), [], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    serialization: "advanced",
  });
  return new Promise((settle) => {
    const timer = setTimeout(() => child.kill("SIGKILL"), DEADLINE_MS);
    child.once("message", (answer: Measured | Failure) => settle(answer));
    child.once("exit", (code, signal) => {
      clearTimeout(timer);
      settle({ who: "hodu", reason: `its process ended with ${signal ?? `exit ${code}`}` });
    });
    child.send({ ...job, model, ...(inputs !== undefined && { inputs }) } satisfies Job);
  });
}
