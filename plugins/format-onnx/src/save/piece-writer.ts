import type { ByteSink, CallContext } from "hodu-plugin-sdk";
import { WRITE_BUFFER_BYTES } from "../limits.ts";
import type { Piece } from "./message.ts";
import type { WeightReader } from "./weight-reader.ts";

/** How many bytes of a result are written. */
export class SaveProgress {
  readonly #context: CallContext;
  readonly #total: number;
  #done = 0;

  constructor(context: CallContext, total: number) {
    this.#context = context;
    this.#total = total;
  }

  /** Counts bytes; ends the call when it is aborted. */
  add(bytes: number): void {
    this.#context.signal.throwIfAborted();
    this.#done += bytes;
    this.#context.progress(this.#done, this.#total, "bytes");
  }
}

/** Writes pieces to a sink: small ones together, weights as they are read. */
export class PieceWriter {
  readonly #sink: ByteSink;
  readonly #reader: WeightReader;
  readonly #progress: SaveProgress;
  readonly #buffer = new Uint8Array(WRITE_BUFFER_BYTES);
  #used = 0;
  #position = 0;

  constructor(sink: ByteSink, reader: WeightReader, progress: SaveProgress) {
    this.#sink = sink;
    this.#reader = reader;
    this.#progress = progress;
  }

  async write(piece: Piece): Promise<void> {
    if (piece instanceof Uint8Array) await this.#add(piece);
    else for await (const chunk of this.#reader.chunks(piece)) await this.#add(chunk);
  }

  /** Fills up with zeros to a position of the file. */
  async padTo(position: number): Promise<void> {
    await this.#add(new Uint8Array(position - this.#position));
  }

  /** Writes what is left. */
  async finish(): Promise<void> {
    await this.#flush();
  }

  async #add(bytes: Uint8Array): Promise<void> {
    this.#position += bytes.length;
    if (this.#used + bytes.length > this.#buffer.length) await this.#flush();
    if (bytes.length > this.#buffer.length) {
      await this.#send(bytes);
      return;
    }
    this.#buffer.set(bytes, this.#used);
    this.#used += bytes.length;
  }

  async #flush(): Promise<void> {
    if (this.#used > 0) await this.#send(this.#buffer.subarray(0, this.#used));
    this.#used = 0;
  }

  async #send(bytes: Uint8Array): Promise<void> {
    this.#progress.add(bytes.length);
    await this.#sink.write(bytes);
  }
}
