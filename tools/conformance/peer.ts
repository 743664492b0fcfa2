import { type ChildProcess, fork } from "node:child_process";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import {
  compareValues,
  denseData,
  type DType,
  isBig,
  numbers,
  tensorOf,
  type TensorData,
  type Value,
} from "@hodu/core";
import type { NamedValue } from "hodu-plugin-sdk";
import { installPeer } from "../peers.ts";
import { UsageError } from "./options.ts";
import type { PeerAnswer, PeerRequest, PeerTensor } from "./peer-process.ts";

/** Longest time for one model. */
const DEADLINE_MS = 60_000;

/** Names of dtypes in ONNX Runtime, of those that its JavaScript API has tensors of. */
const TYPES: Partial<Readonly<Record<DType, string>>> = {
  bool: "bool",
  i8: "int8",
  u8: "uint8",
  i16: "int16",
  u16: "uint16",
  i32: "int32",
  u32: "uint32",
  i64: "int64",
  u64: "uint64",
  f16: "float16",
  f32: "float32",
  f64: "float64",
  string: "string",
};

/** What a model gave: its outputs by name, or why it did not run. */
export type PeerResult = { readonly outputs: ReadonlyMap<string, Value> } | { readonly error: string };

/** ONNX Runtime as another opinion: its process is started again when a model brings it down. */
export class Peer {
  readonly #entry: string;
  #process: ChildProcess | undefined;

  private constructor(entry: string) {
    this.#entry = entry;
  }

  /** Installs the package into a cache folder when it is not there. Throws UsageError. */
  static open(name: string): Peer {
    if (name !== "onnxruntime") {
      throw new UsageError(`Cannot compare with peer "${name}": there is none of that name, expected onnxruntime`);
    }
    try {
      return new Peer(installPeer(name));
    } catch (error) {
      throw new UsageError(error instanceof Error ? error.message : String(error));
    }
  }

  /** Runs a model file. What the peer cannot take, or brings it down, is an error. */
  async run(model: string, inputs: readonly NamedValue[]): Promise<PeerResult> {
    const feeds: Record<string, PeerTensor> = {};
    for (const { name, value } of inputs) {
      const tensor = toPeer(value);
      if (tensor === undefined) return { error: `its API has no value of the kind of input "${name}"` };
      feeds[name] = tensor;
    }
    const answer = await this.#ask({ model: resolve(model), inputs: feeds });
    if ("error" in answer) return answer;
    return { outputs: new Map(Object.entries(answer.outputs).map(([name, tensor]) => [name, fromPeer(tensor)])) };
  }

  close(): void {
    this.#process?.kill("SIGKILL");
    this.#process = undefined;
  }

  #ask(request: PeerRequest): Promise<PeerAnswer> {
    this.#process ??= fork(fileURLToPath(new URL("peer-process.js", import.meta.url)), [this.#entry], {
      serialization: "advanced",
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    const child = this.#process;
    return new Promise((settle) => {
      const end = (answer: PeerAnswer, isOver: boolean): void => {
        clearTimeout(timer);
        child.off("message", onMessage).off("exit", onExit);
        if (isOver) this.close();
        settle(answer);
      };
      const onMessage = (answer: PeerAnswer): void => end(answer, false);
      const onExit = (code: number | null, signal: string | null): void =>
        end({ error: `its process ended with ${signal ?? `exit ${code}`}` }, true);
      const timer = setTimeout(() => end({ error: `no answer after ${DEADLINE_MS / 1000} s` }, true), DEADLINE_MS);
      child.on("message", onMessage).on("exit", onExit);
      child.send(request);
    });
  }
}

/**
 * How far two results of the peer may lie apart, relative to the value and to the largest of its tensor: the order of its sums changes
 * with the place of a tensor in memory and with the version of an operator, so that not even the same file gives the same bits each time.
 */
const ROUNDING = { relative: 1e-5, ofLargest: 1e-6 };

/** Where two results of the peer are not the same; undefined: nowhere. */
export function differenceOf(
  before: ReadonlyMap<string, Value>,
  after: ReadonlyMap<string, Value>,
): string | undefined {
  if ([...before.keys()].join() !== [...after.keys()].join()) {
    return `outputs ${[...after.keys()].join()}, expected ${[...before.keys()].join()}`;
  }
  for (const [name, value] of before) {
    const difference = compareValues(after.get(name)!, value, {
      relative: ROUNDING.relative,
      absolute: ROUNDING.ofLargest * largestOf(value),
    });
    if (difference !== undefined) return `output "${name}"${difference.path}: ${difference.message}`;
  }
  return undefined;
}

function largestOf(value: Value): number {
  if (value.kind !== "tensor" || value.dtype === "string" || isBig(value.dtype)) return 0;
  let largest = 0;
  for (const element of numbers(value)) {
    if (Number.isFinite(element)) largest = Math.max(largest, Math.abs(element));
  }
  return largest;
}

function toPeer(value: Value): PeerTensor | undefined {
  const type = value.kind === "tensor" ? TYPES[value.dtype] : undefined;
  if (value.kind !== "tensor" || type === undefined) return undefined;
  return { type, dims: value.shape, data: denseData(value) };
}

function fromPeer({ type, dims, data }: PeerTensor): Value {
  const dtype = (Object.keys(TYPES) as DType[]).find((name) => TYPES[name] === type);
  if (dtype === undefined) throw new Error(`ONNX Runtime gave a tensor of type ${type}`);
  // Newer engines give f16 as Float16Array; the bits are the same.
  const isHalf = dtype === "f16" && !(data instanceof Uint16Array) && ArrayBuffer.isView(data);
  const storage = isHalf ? new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2) : data;
  return tensorOf(dtype, dims, storage as TensorData);
}
