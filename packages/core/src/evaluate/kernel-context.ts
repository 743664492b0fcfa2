import { type DType, isFloat } from "../dtypes/dtypes.ts";
import { HoduError } from "../errors/hodu-error.ts";
import { quote } from "../errors/quote.ts";
import type { BigOutput, DecodedImage, KernelContext, NumberOutput, Steps } from "../kernels/context.ts";
import { mersenneTwister } from "../random/mt19937.ts";
import type { RandomSource } from "../random/random-source.ts";
import type { Graph, Node } from "../snapshot/types.ts";
import { memoryBytes } from "../tensors/bytes.ts";
import { encodeNumbers } from "../tensors/elements.ts";
import { type BigData, elementCount, newStorage, type NumberData, type Tensor, tensorOf } from "../tensors/tensor.ts";
import type { Value } from "../tensors/values.ts";

/** What the surroundings of a kernel offer; all of it may be left out when constants are folded. */
export interface KernelHost {
  readonly wide?: boolean;
  /** Called before memory is taken; throws when there is not enough. */
  readonly reserve?: (bytes: number, node: Node) => void;
  /** Instead of `reserve`: a fixed limit for everything the kernel takes. */
  readonly maxBytes?: number;
  readonly random?: () => RandomSource;
  readonly runGraph?: (graph: Graph, inputs: readonly Value[]) => Steps<Value[]>;
  readonly decodeImage?: (bytes: Uint8Array) => Promise<DecodedImage>;
}

/** The KernelContext of one run of one node. */
export function kernelContext(node: Node, host: KernelHost): KernelContext {
  const wide = host.wide ?? false;
  let taken = 0;
  const reserve = (bytes: number): void => {
    host.reserve?.(bytes, node);
    taken += bytes;
    if (host.maxBytes !== undefined && taken > host.maxBytes) throw outOfMemory(node, bytes, host.maxBytes);
  };
  const fail = (rule: string): never => {
    throw new HoduError("KERNEL", `Cannot run node ${quote(node.name)} (${node.op}): ${rule}`, {
      where: { node: node.name, operator: node.op },
    });
  };
  const storage = (dtype: DType, shape: readonly number[]) => {
    if (shape.some((dim) => dim < 0)) fail(`a result would have shape [${shape.join(", ")}]`);
    const count = elementCount(shape);
    reserve(memoryBytes(wide ? "f64" : dtype, count));
    return newStorage(dtype, count, wide);
  };
  return {
    wide,
    outputCount: node.outputs.length,
    wants: (i) => (node.outputs[i] ?? "") !== "",
    output(dtype, shape): NumberOutput {
      const data = storage(dtype, shape) as NumberData;
      const tensor = tensorOf(dtype, shape, data);
      if (!isCollected(dtype, data)) return numberOutput(tensor, data);
      reserve(8 * data.length);
      return numberOutput(tensor, new Float64Array(data.length));
    },
    bigOutput(dtype, shape): BigOutput {
      const data = storage(dtype, shape) as BigData;
      return { data, tensor: () => tensorOf(dtype, shape, data) };
    },
    allocate: (dtype, shape) => tensorOf(dtype, shape, storage(dtype, shape)),
    reserve,
    random: (seed) =>
      seed === undefined ? (host.random?.() ?? mersenneTwister(0)) : mersenneTwister(Math.trunc(seed)),
    runGraph: (graph, inputs) => host.runGraph?.(graph, inputs) ?? fail("its subgraph cannot run here"),
    decodeImage: (bytes) => host.decodeImage?.(bytes) ?? fail("pictures cannot be decoded here"),
    fail,
  };
}

/** Elements rounded between two yields. */
const ROUND_AFTER = 1 << 18;

/** The output of a tensor that is written to `data`: its storage, or doubles that are rounded to its dtype in the end. */
function numberOutput(tensor: Tensor, data: NumberData): NumberOutput {
  const storage = tensor.data as NumberData;
  const round = (start: number, end: number): void =>
    storage.set(encodeNumbers(tensor.dtype, data.subarray(start, end)), start);
  return {
    data,
    tensor(): Tensor {
      if (data !== storage) round(0, data.length);
      return tensor;
    },
    *rounded(): Steps<Tensor> {
      for (let start = 0; data !== storage && start < data.length; start += ROUND_AFTER) {
        if (start > 0) yield undefined;
        round(start, Math.min(data.length, start + ROUND_AFTER));
      }
      return tensor;
    },
  };
}

/** Floats below f32, unless they are kept wide, are collected in double and rounded once; everything else is written to storage. */
function isCollected(dtype: DType, storage: NumberData): boolean {
  return isFloat(dtype) && !(storage instanceof Float32Array || storage instanceof Float64Array);
}

export function outOfMemory(node: Node, bytes: number, limit: number): HoduError {
  return new HoduError(
    "MEMORY_LIMIT",
    `Cannot run node ${quote(node.name)} (${node.op}): it needs ${formatBytes(bytes)} more, expected at most ${formatBytes(limit)} in all`,
    { hint: "HODU_MAX_MEMORY=<MB> hodu run ...", where: { node: node.name, operator: node.op } },
  );
}

/** `512 bytes`, `1.5 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1 << 20) return `${bytes} bytes`;
  return `${(bytes / (1 << 20)).toFixed(bytes < 1 << 30 ? 1 : 0)} MB`;
}
