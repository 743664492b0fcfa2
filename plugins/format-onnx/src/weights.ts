import { quote, type Weight, type WeightStore } from "hodu-plugin-sdk";
import { checkExternalRange, readExternalRange } from "./external.ts";
import type { TensorProto } from "./generated/onnx_pb.ts";
import { SMALL_WEIGHT_BYTES } from "./limits.ts";
import type { DenseBytes } from "./sparse.ts";
import { readTensorBytes, type TensorBytes, type TensorPlace } from "./tensor-bytes.ts";

/** Small weights start at a multiple of it, so that any dtype can view them in place. */
const ALIGNMENT = 16;

/** Bytes of a weight: where they are. */
type Extent = Pick<Weight, "store" | "offset" | "length">;

/**
 * Gathers the weights of a model and decides where each lives: in the model file or an external one as they stand there,
 * or, when small or written in another form, in memory.
 */
export class WeightCollector {
  readonly #file: Uint8Array;
  readonly #externalSizes: ReadonlyMap<string, number>;
  readonly #warn: (message: string) => void;
  readonly #stores: (WeightStore | undefined)[] = [];
  readonly #fileStores = new Map<string, number>();
  readonly #small: Uint8Array[] = [];
  #smallStore: number | undefined;
  #smallBytes = 0;
  /** Tensors that were read already: an inlined function shares those of its body. Keyed by what copies of a message share. */
  readonly #known = new Map<unknown, Extent>();

  constructor(file: Uint8Array, externalSizes: ReadonlyMap<string, number>, warn: (message: string) => void) {
    this.#file = file;
    this.#externalSizes = externalSizes;
    this.#warn = warn;
  }

  /** The weight of a TensorProto. */
  add(name: string, tensor: TensorProto, place: TensorPlace): Weight {
    const read = readTensorBytes(tensor, place);
    const { dtype, shape } = read;
    let extent = this.#known.get(tensor.dims);
    if (extent === undefined) {
      extent = this.#extentOf(read, tensor, place);
      this.#known.set(tensor.dims, extent);
    }
    return { name, dtype, shape, ...extent };
  }

  /** A weight of bytes that were made here. */
  addBytes(name: string, { dtype, shape, bytes }: DenseBytes): Weight {
    return { name, dtype, shape, ...this.#keep(bytes) };
  }

  /** All stores; nothing may be added after. */
  finish(): readonly WeightStore[] {
    if (this.#smallStore !== undefined) {
      const bytes = new Uint8Array(this.#smallBytes);
      let at = 0;
      for (const part of this.#small) {
        bytes.set(part, at);
        at = aligned(at + part.length);
      }
      this.#stores[this.#smallStore] = { kind: "bytes", bytes };
    }
    return this.#stores as WeightStore[];
  }

  #extentOf({ data }: TensorBytes, tensor: TensorProto, place: TensorPlace): Extent {
    if (data.kind === "external") {
      const range = readExternalRange(tensor, place, this.#warn);
      const size = this.#externalSizes.get(range.location);
      if (size === undefined) throw new Error(`external file ${quote(range.location)} was not opened`);
      checkExternalRange(range, data.length, size, place);
      return { store: this.#fileStore(range.location), offset: range.offset, length: data.length };
    }
    const { bytes } = data;
    if (data.kind === "made" || bytes.length <= SMALL_WEIGHT_BYTES) return this.#keep(bytes);
    return { store: this.#fileStore(""), offset: bytes.byteOffset - this.#file.byteOffset, length: bytes.length };
  }

  #fileStore(location: string): number {
    let store = this.#fileStores.get(location);
    if (store === undefined) {
      store = this.#stores.push({ kind: "file", location }) - 1;
      this.#fileStores.set(location, store);
    }
    return store;
  }

  #keep(bytes: Uint8Array): Extent {
    if (bytes.length > SMALL_WEIGHT_BYTES) {
      const store = this.#stores.push({ kind: "bytes", bytes }) - 1;
      return { store, offset: 0, length: bytes.length };
    }
    this.#smallStore ??= this.#stores.push(undefined) - 1;
    const offset = this.#smallBytes;
    this.#small.push(bytes);
    this.#smallBytes = aligned(offset + bytes.length);
    return { store: this.#smallStore, offset, length: bytes.length };
  }
}

const aligned = (offset: number): number => Math.ceil(offset / ALIGNMENT) * ALIGNMENT;
