import { alignUp, type Sha256 } from "@hodu/core/container";
import { abortError, type ByteSink, type CallContext, CHUNK_BYTES, nextTurn } from "hodu-plugin-sdk";

/** Small pieces are gathered to this size: a call for each of a hundred thousand weights would take seconds. */
const GATHER_BYTES = 1 << 20;

/** Writes a file front to back and knows how far it is; what is hashed is hashed while the disk works. */
export class SinkWriter {
  readonly #sink: ByteSink;
  readonly #context: CallContext;
  readonly #total: number | undefined;
  readonly #gathered = new Uint8Array(GATHER_BYTES);
  #waiting = 0;
  #position = 0;

  /** `total`: bytes that the file will have, for the progress. */
  constructor(sink: ByteSink, context: CallContext, total?: number) {
    this.#sink = sink;
    this.#context = context;
    this.#total = total;
  }

  /** Appends bytes, and adds them to `hash`. Throws IO, ABORTED, DEADLINE. */
  async write(bytes: Uint8Array, hash?: Sha256): Promise<void> {
    for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
      const { signal } = this.#context;
      if (signal.aborted) throw abortError(signal, "write the file");
      const piece = bytes.subarray(at, at + CHUNK_BYTES);
      await Promise.all([this.#put(piece), hash && addLater(hash, piece)]);
      this.#position += piece.length;
    }
  }

  /** Appends zeros up to the next multiple of 64. */
  async align(hash?: Sha256): Promise<void> {
    await this.write(new Uint8Array(alignUp(this.#position) - this.#position), hash);
  }

  /** Hands on what waits. To be called at the end. */
  async flush(): Promise<void> {
    if (this.#waiting === 0) return;
    const bytes = this.#gathered.subarray(0, this.#waiting);
    this.#waiting = 0;
    await this.#sink.write(bytes);
    this.#context.progress(this.#position, this.#total, "bytes written");
  }

  async #put(piece: Uint8Array): Promise<void> {
    if (this.#waiting + piece.length > GATHER_BYTES) await this.flush();
    if (piece.length >= GATHER_BYTES) {
      await this.#sink.write(piece);
      this.#context.progress(this.#position + piece.length, this.#total, "bytes written");
      return;
    }
    this.#gathered.set(piece, this.#waiting);
    this.#waiting += piece.length;
  }
}

/** Hashes a large piece once the sink has begun to write it. */
async function addLater(hash: Sha256, piece: Uint8Array): Promise<void> {
  if (piece.length >= GATHER_BYTES) await nextTurn();
  hash.update(piece);
}
