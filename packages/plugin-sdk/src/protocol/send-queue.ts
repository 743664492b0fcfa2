import { DATA_FRAME, frameHeader, MESSAGE_FRAME } from "./frames.ts";
import { DATA_FRAME_BYTES, LEAST_MEMORY_BYTES, MAX_MESSAGE_BYTES, MAX_PARTS, MOST_MEMORY_BYTES } from "./limits.ts";
import type { WireMessage, WirePart } from "./messages.ts";
import type { PartMemory } from "./part-memory.ts";
import { protocolError } from "./protocol-error.ts";

/** Parts of one data frame: bounds what one write hands to the system at once. */
const MAX_PIECES = 256;

interface Waiting {
  readonly text: Uint8Array;
  readonly parts: readonly Uint8Array[];
}

interface Transfer {
  readonly stream: number;
  readonly parts: readonly Uint8Array[];
  part: number;
  at: number;
}

/**
 * Sends messages in the order they are given and the bytes of their parts after them, a frame of each message in turn, so that a short
 * message does not wait for a long one. Parts are not copied: they must not change until they are sent.
 */
export class SendQueue {
  readonly #write: (chunks: readonly Uint8Array[]) => Promise<void> | undefined;
  readonly #utf8 = new TextEncoder();
  readonly #waiting: Waiting[] = [];
  readonly #transfers: Transfer[] = [];
  /** Where large parts go, once both sides can use it. */
  memory: PartMemory | undefined;
  #lastStream = 0;
  #isRunning = false;
  #isClosed = false;

  /** `write` takes chunks in order, and gives a promise when the line is full. */
  constructor(write: (chunks: readonly Uint8Array[]) => Promise<void> | undefined) {
    this.#write = write;
  }

  /** Throws PLUGIN_PROTOCOL when the message is too large. */
  send(message: WireMessage, parts: readonly Uint8Array[]): void {
    if (this.#isClosed) return;
    const wires = parts.map((part) => this.#wirePart(part));
    const sized = parts.length === 0 ? message : { ...message, parts: wires };
    const text = this.#utf8.encode(JSON.stringify(sized));
    if (text.length > MAX_MESSAGE_BYTES) {
      throw protocolError("send a message", `${text.length} bytes`, `at most ${MAX_MESSAGE_BYTES}`);
    }
    if (parts.length > MAX_PARTS)
      throw protocolError("send a message", `${parts.length} parts`, `at most ${MAX_PARTS}`);
    this.#waiting.push({ text, parts: parts.filter((part, i) => part.length > 0 && typeof wires[i] === "number") });
    if (!this.#isRunning) void this.#run();
  }

  #wirePart(part: Uint8Array): WirePart {
    const isFit = part.length >= LEAST_MEMORY_BYTES && part.length <= MOST_MEMORY_BYTES;
    return (isFit ? this.memory?.put(part) : undefined) ?? part.length;
  }

  /** Drops what is not sent. */
  close(): void {
    if (!this.#isClosed) this.memory?.close();
    this.#isClosed = true;
    this.#waiting.length = 0;
    this.#transfers.length = 0;
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    try {
      for (let chunks = this.#next(); chunks.length > 0; chunks = this.#next()) {
        const full = this.#write(chunks);
        if (full !== undefined) await full;
      }
    } catch {
      this.close();
    } finally {
      this.#isRunning = false;
    }
  }

  /** All messages that wait, and one frame of data. */
  #next(): Uint8Array[] {
    const chunks: Uint8Array[] = [];
    for (const { text, parts } of this.#waiting.splice(0)) {
      const stream = parts.length === 0 ? 0 : this.#newStream();
      chunks.push(frameHeader(MESSAGE_FRAME, stream, text.length), text);
      if (parts.length > 0) this.#transfers.push({ stream, parts, part: 0, at: 0 });
    }
    const transfer = this.#transfers.shift();
    if (transfer === undefined) return chunks;
    chunks.push(...nextFrame(transfer));
    if (transfer.part < transfer.parts.length) this.#transfers.push(transfer);
    return chunks;
  }

  #newStream(): number {
    this.#lastStream = this.#lastStream === 0xffff_ffff ? 1 : this.#lastStream + 1;
    return this.#lastStream;
  }
}

function nextFrame(transfer: Transfer): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let length = 0;
  while (transfer.part < transfer.parts.length && length < DATA_FRAME_BYTES && pieces.length < MAX_PIECES) {
    const part = transfer.parts[transfer.part];
    const taken = Math.min(part.length - transfer.at, DATA_FRAME_BYTES - length);
    pieces.push(part.subarray(transfer.at, transfer.at + taken));
    length += taken;
    transfer.at += taken;
    if (transfer.at < part.length) continue;
    transfer.part += 1;
    transfer.at = 0;
  }
  return [frameHeader(DATA_FRAME, transfer.stream, length), ...pieces];
}
