import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Tensor } from "hodu";

/** Engines that compiled models are measured against, by their name on the command line. */
export const PEERS = ["onnxruntime", "onnxruntime-web"] as const;

/** A peer by name. */
export type PeerName = (typeof PEERS)[number];

/** A model that a peer has open. */
export interface PeerModel {
  run(): Promise<unknown>;
  /** The numbers of each output of the last run, by name. */
  outputs(): ReadonlyMap<string, ArrayLike<number | bigint>>;
  close(): Promise<void>;
}

/** The part of ONNX Runtime's JavaScript API that is used, of both its packages. */
interface Api {
  readonly env: { readonly wasm: { numThreads: number } };
  readonly Tensor: new (type: string, data: unknown, dims: readonly number[]) => unknown;
  readonly InferenceSession: { create(model: string | Uint8Array, options: object): Promise<ApiSession> };
}

interface ApiSession {
  run(feeds: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, { readonly data: unknown }>>>;
  release(): Promise<void>;
}

/** Names of dtypes in ONNX Runtime. */
const TYPES: Readonly<Record<string, string>> = {
  bool: "bool",
  i8: "int8",
  u8: "uint8",
  i32: "int32",
  i64: "int64",
  f16: "float16",
  f32: "float32",
  f64: "float64",
};

/** The folder of a peer's package, which is installed when it is not there. */
export function peerFolder(name: PeerName): string {
  return execFileSync(process.execPath, ["tools/dist/install-peer.js", name], { encoding: "utf8" }).trim();
}

/** Opens a model file with all optimisations on. Throws what the peer throws for what it cannot run. */
export async function openPeer(
  name: PeerName,
  folder: string,
  model: string,
  threads: number,
  inputs: Readonly<Record<string, Tensor>>,
): Promise<PeerModel> {
  const api = name === "onnxruntime" ? (createRequire(import.meta.url)(folder) as Api) : await webApi(folder, threads);
  const options = {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: "all",
    logSeverityLevel: 3,
  };
  const session = await api.InferenceSession.create(name === "onnxruntime" ? model : await readFile(model), options);
  const feeds = Object.fromEntries(
    Object.entries(inputs).map(([key, { dtype, data, shape }]) => [key, new api.Tensor(TYPES[dtype], data, shape)]),
  );
  let last: Awaited<ReturnType<ApiSession["run"]>> = {};
  return {
    run: async () => (last = await session.run(feeds)),
    outputs: () => new Map(Object.entries(last).map(([key, { data }]) => [key, data as ArrayLike<number>])),
    close: () => session.release(),
  };
}

async function webApi(folder: string, threads: number): Promise<Api> {
  const api = (await import(pathToFileURL(join(folder, "dist/ort.node.min.mjs")).href)) as Api;
  api.env.wasm.numThreads = threads;
  return api;
}
