import { closeSync, copyFileSync, fsyncSync, mkdirSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { bytesOfTensor, graphsIn, verifySnapshot } from "@hodu/core";
import { loadWeights } from "@hodu/engine";
import { openFile, writeFileSafely } from "@hodu/engine/node";
import { measureInterleaved, type Timing } from "../measure.ts";
import { type BenchFormat, context, gigabyteFormats, onnxModel, prepare } from "./files.ts";

/** One figure: ours against the peer in the same run, or against a bound in milliseconds. */
export interface FormatRow {
  readonly name: string;
  readonly ours: Timing;
  readonly peer?: Timing;
  /** ours / peer, medians. */
  readonly ratio?: number;
  /** What it must not pass: the ratio, or milliseconds where there is no peer. */
  readonly bound?: number;
}

const PAGE_BYTES = 4096;
const LOAD_BOUND = 1.2;
const WRITE_BOUND = 1.3;
const ONNX_BOUND_MS = 100;

/** Loads and writes files of 1 GB against a mapping whose pages are touched and a copy with sync; and reads an ONNX model of 200 MB. */
export async function formatsSuite(rounds: number): Promise<readonly FormatRow[]> {
  const folder = join(tmpdir(), `hodu-bench-formats-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  try {
    const rows: FormatRow[] = [];
    for (const format of gigabyteFormats()) {
      const path = await prepare(folder, format);
      rows.push(await loadRow(format, path, rounds), await writeRow(format, path, rounds));
      if (format.kind === "model") rows.push(await firstUseRow(format, path, rounds));
      rmSync(path);
    }
    const onnx = onnxModel();
    const path = await prepare(folder, onnx);
    rows.push(await snapshotRow(onnx, path, rounds));
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function loadRow(format: BenchFormat, path: string, rounds: number): Promise<FormatRow> {
  const works = [() => loadAndTouch(format, path), () => mapAndTouch(path)];
  const [ours, peer] = await measureInterleaved(works, rounds, collectGarbage);
  return against(`load ${format.name}, 1 GB`, ours, peer, LOAD_BOUND);
}

async function writeRow(format: BenchFormat, path: string, rounds: number): Promise<FormatRow> {
  const target = `${path}.written`;
  const copy = `${path}.copied`;
  const write = () => writeFileSafely(target, { signal: context.signal }, format.write);
  // Both make a new file: to free the blocks of an old one takes as long as a third of a copy.
  const clear = (): void => [target, copy].forEach((file) => rmSync(file, { force: true }));
  const [ours, peer] = await measureInterleaved([write, async () => copyWithSync(path, copy)], rounds, clear);
  clear();
  return against(`write ${format.name}, 1 GB`, ours, peer, WRITE_BOUND);
}

/** What a session pays once: reading all weights and checking their digests. */
async function firstUseRow(format: BenchFormat, path: string, rounds: number): Promise<FormatRow> {
  const [ours, peer] = await measureInterleaved(
    [
      async () => {
        const source = await openFile(path);
        await loadWeights(await format.format.loadModel!(source, context), source, Number.MAX_SAFE_INTEGER, context);
      },
      () => mapAndTouch(path),
    ],
    rounds,
  );
  return { name: `first use of ${format.name}, 1 GB, digests checked`, ours, peer, ratio: ours.median / peer.median };
}

async function snapshotRow({ format }: BenchFormat, path: string, rounds: number): Promise<FormatRow> {
  const load = async () => verifySnapshot(await format.loadModel!(await openFile(path), context));
  const [ours] = await measureInterleaved([load], rounds);
  return { name: "onnx, 200 MB, to the Snapshot", ours, bound: ONNX_BOUND_MS };
}

/** A mapping of 1 GB that nobody holds any more makes the engine look for more of its kind, in whatever runs next. */
function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
}

function against(name: string, ours: Timing, peer: Timing, bound: number): FormatRow {
  return { name, ours, peer, ratio: ours.median / peer.median, bound };
}

/** The sum keeps the reads from being left out as useless. */
let sum = 0;

function touch(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; at += PAGE_BYTES) sum += bytes[at];
}

async function loadAndTouch({ format, kind }: BenchFormat, path: string): Promise<number> {
  const source = await openFile(path);
  if (kind === "tensors") {
    const { values } = await format.loadTensors!(source, {}, context);
    for (const { value } of values) if (value.kind === "tensor") touch(bytesOfTensor(value));
    return sum;
  }
  const snapshot = await format.loadModel!(source, context);
  verifySnapshot(snapshot);
  for (const { weights } of graphsIn(snapshot.graph)) {
    for (const { offset, length } of weights) touch(await source.read(offset, length));
  }
  return sum;
}

async function mapAndTouch(path: string): Promise<number> {
  const source = await openFile(path);
  touch(await source.read(0, source.size));
  return sum;
}

function copyWithSync(from: string, to: string): void {
  copyFileSync(from, to);
  const file = openSync(to, "r+");
  fsyncSync(file);
  closeSync(file);
}
