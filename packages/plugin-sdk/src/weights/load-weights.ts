import {
  elementCount,
  type Graph,
  graphsIn,
  HoduError,
  isPacked,
  memoryBytes,
  newStorage,
  quote,
  type Snapshot,
  type Tensor,
  tensorFromBytes,
  type Weight,
} from "@hodu/core";
import type { ByteSource } from "../contracts/byte-source.ts";
import type { CallContext } from "../contracts/call-context.ts";
import { pacer } from "../steps/drive.ts";
import { checkDigest } from "./check-digest.ts";
import { openStores } from "./open-stores.ts";

/** The weights of a session. */
export interface LoadedWeights {
  /** By graph: the main one and subgraphs. Views of the source where that is possible. */
  readonly tensors: ReadonlyMap<Graph, ReadonlyMap<string, Tensor>>;
  /** Bytes of those that are no views: elements unpacked, moved to where a typed array may begin, or read for them alone. */
  readonly ownBytes: number;
}

/**
 * Tensors of all weights of a Snapshot, those with a digest held to it. Throws MEMORY_LIMIT before copies of them take more than
 * `maxBytes`; BAD_MODEL for damaged ones, MISSING_INPUT, DEADLINE, ABORTED.
 */
export async function loadWeights(
  snapshot: Snapshot,
  source: ByteSource | undefined,
  maxBytes: number,
  { signal }: CallContext,
): Promise<LoadedWeights> {
  const stores = await openStores({ snapshot, source }, "load the weights");
  const pace = pacer(signal, "load the weights");
  const tensors = new Map<Graph, Map<string, Tensor>>();
  let ownBytes = 0;
  for (const graph of graphsIn(snapshot.graph)) {
    if (graph.weights.length === 0) continue;
    const own = new Map<string, Tensor>();
    for (const weight of graph.weights) {
      try {
        const store = stores[weight.store];
        const bytes = await store.read(weight.offset, weight.length);
        ownBytes += bytesBeside(weight, bytes);
        if (ownBytes > maxBytes) throw tooLarge(ownBytes, maxBytes);
        await checkDigest(weight, bytes, store.name, pace);
        own.set(weight.name, tensorFromBytes(weight.dtype, weight.shape, bytes));
      } catch (error) {
        throw error instanceof HoduError ? error.at({ field: `weight ${quote(weight.name)}` }) : error;
      }
      const turn = pace();
      if (turn !== undefined) await turn;
    }
    tensors.set(graph, own);
  }
  return { tensors, ownBytes };
}

/** Bytes that a weight takes beside what many share: a file that is mapped or was read as a whole, an artifact. */
function bytesBeside({ dtype, shape }: Weight, bytes: Uint8Array): number {
  const read = bytes.length === bytes.buffer.byteLength ? bytes.length : 0;
  const { BYTES_PER_ELEMENT: width = 1 } = newStorage(dtype, 0) as Partial<Uint8Array>;
  const isCopied = dtype === "string" || isPacked(dtype) || bytes.byteOffset % width !== 0;
  return read + (isCopied ? memoryBytes(dtype, elementCount(shape)) : 0);
}

function tooLarge(bytes: number, limit: number): HoduError {
  const [needed, most] = [bytes, limit].map((size) => `${(size / (1 << 20)).toFixed(1)} MB`);
  return new HoduError(
    "MEMORY_LIMIT",
    `Cannot load the weights: they need ${needed} beside their file, expected at most ${most} in all`,
    {
      hint: "HODU_MAX_MEMORY=<MB> hodu run ...",
    },
  );
}
