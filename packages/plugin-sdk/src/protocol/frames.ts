import {
  FRAME_HEADER_BYTES,
  MAX_DATA_BYTES,
  MAX_MESSAGE_BYTES,
  MAX_OPEN_BYTES,
  MAX_OPEN_MESSAGES,
  MAX_PART_BYTES,
  MAX_PARTS,
  MOST_MEMORY_BYTES,
} from "./limits.ts";
import type { WirePart } from "./messages.ts";
import type { MemoryPart } from "./part-memory.ts";
import { protocolError } from "./protocol-error.ts";

/**
 * A frame: u8 kind, three zero bytes, u32 stream, u32 length of the payload (little-endian), the payload.
 * A message frame holds JSON; its member `parts` lists the sizes of its parts, whose bytes, joined, follow in data frames of its stream.
 * Frames of different streams may alternate.
 */
export const MESSAGE_FRAME = 1;
export const DATA_FRAME = 2;

const LITTLE_ENDIAN = true;

export function frameHeader(
  kind: typeof MESSAGE_FRAME | typeof DATA_FRAME,
  stream: number,
  length: number,
): Uint8Array {
  const header = new Uint8Array(FRAME_HEADER_BYTES);
  const view = new DataView(header.buffer);
  view.setUint8(0, kind);
  view.setUint32(4, stream, LITTLE_ENDIAN);
  view.setUint32(8, length, LITTLE_ENDIAN);
  return header;
}

/** A JSON object as it came. */
export type Json = Readonly<Record<string, unknown>>;

export interface FrameListener {
  /** A message came; its parts may be still to come. */
  opened(message: Json): void;
  /** Memory for a part of that size. */
  allocated(size: number): Uint8Array;
  /** The bytes of a part that is in memory. */
  taken(part: MemoryPart): Uint8Array;
  /** The message has all of its parts. Each has memory of its own, aligned for any element type. */
  completed(message: Json, parts: readonly Uint8Array[]): void;
}

/** A message whose parts are not complete. */
interface Stream {
  readonly message: Json;
  readonly parts: readonly Uint8Array[];
  /** Those whose bytes come in frames. */
  readonly framed: readonly Uint8Array[];
  /** The one that is being filled, and how far. */
  part: number;
  at: number;
  /** Bytes still to come, of all parts. */
  left: number;
}

/** Reads frames from bytes that arrive in pieces of any size. Every breach is PLUGIN_PROTOCOL, after which it is of no more use. */
export class FrameDecoder {
  readonly #listener: FrameListener;
  readonly #streams = new Map<number, Stream>();
  readonly #header = new Uint8Array(FRAME_HEADER_BYTES);
  readonly #utf8 = new TextDecoder("utf-8", { fatal: true });
  #headerBytes = 0;
  #kind = 0;
  #stream = 0;
  /** Bytes of the payload that are still to come. */
  #left = 0;
  /** The payload of a message frame that came in pieces. */
  #text: Uint8Array | undefined;
  #openBytes = 0;

  constructor(listener: FrameListener) {
    this.#listener = listener;
  }

  /** Takes the next bytes; they may be overwritten after the call. */
  push(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#headerBytes < FRAME_HEADER_BYTES) at += this.#readHeader(chunk.subarray(at));
      else at += this.#readPayload(chunk.subarray(at));
    }
  }

  /** Called when no more bytes will come: refuses an end within a frame or between the parts of a message. */
  end(): void {
    if (this.#headerBytes > 0) throw protocolError("read a frame", "the end of the line within it", "the whole frame");
    if (this.#streams.size > 0) throw protocolError("read a message", "the end of the line", "the rest of its parts");
  }

  #readHeader(bytes: Uint8Array): number {
    const taken = Math.min(FRAME_HEADER_BYTES - this.#headerBytes, bytes.length);
    this.#header.set(bytes.subarray(0, taken), this.#headerBytes);
    this.#headerBytes += taken;
    if (this.#headerBytes === FRAME_HEADER_BYTES) this.#startFrame();
    return taken;
  }

  #startFrame(): void {
    const view = new DataView(this.#header.buffer);
    this.#kind = view.getUint8(0);
    this.#stream = view.getUint32(4, LITTLE_ENDIAN);
    this.#left = view.getUint32(8, LITTLE_ENDIAN);
    const isMessage = this.#kind === MESSAGE_FRAME;
    if ((!isMessage && this.#kind !== DATA_FRAME) || (this.#header[1] | this.#header[2] | this.#header[3]) !== 0) {
      const found = Array.from(this.#header.subarray(0, 4), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
      throw protocolError("read a frame", `the bytes ${found}`, "01 00 00 00 or 02 00 00 00");
    }
    const limit = isMessage ? MAX_MESSAGE_BYTES : MAX_DATA_BYTES;
    if (this.#left === 0 || this.#left > limit) {
      throw protocolError("read a frame", `${this.#left} bytes of payload`, `1 to ${limit}`);
    }
    if (!isMessage && this.#left > this.#openStream().left) {
      throw protocolError(
        "read a data frame",
        `${this.#left} bytes`,
        `at most the ${this.#openStream().left} that its message still waits for`,
      );
    }
  }

  #openStream(): Stream {
    const stream = this.#streams.get(this.#stream);
    if (stream !== undefined) return stream;
    throw protocolError("read a data frame", `stream ${this.#stream}`, "one that a message opened");
  }

  #readPayload(bytes: Uint8Array): number {
    const taken = Math.min(this.#left, bytes.length);
    const piece = bytes.subarray(0, taken);
    const isLast = taken === this.#left;
    if (this.#kind === DATA_FRAME) this.#fill(this.#openStream(), piece);
    else if (isLast && this.#text === undefined) this.#readMessage(piece);
    else {
      this.#text ??= new Uint8Array(this.#left);
      this.#text.set(piece, this.#text.length - this.#left);
    }
    this.#left -= taken;
    if (isLast) this.#endFrame();
    return taken;
  }

  #endFrame(): void {
    this.#headerBytes = 0;
    const text = this.#text;
    this.#text = undefined;
    if (text !== undefined) this.#readMessage(text);
    else if (this.#kind === DATA_FRAME && this.#openStream().left === 0) this.#complete(this.#openStream());
  }

  #readMessage(text: Uint8Array): void {
    const message = this.#parse(text);
    const wires = partsOf(message);
    const total = wires.reduce<number>((sum, part) => sum + framedBytes(part), 0);
    if (total > 0) this.#checkRoom(total);
    const parts = wires.map((part) => (typeof part === "number" ? this.#allocate(part) : this.#listener.taken(part)));
    this.#listener.opened(message);
    if (total === 0) this.#listener.completed(message, parts);
    else {
      this.#openBytes += total;
      const framed = parts.filter((_, i) => typeof wires[i] === "number");
      this.#streams.set(this.#stream, { message, parts, framed, part: 0, at: 0, left: total });
    }
  }

  #allocate(size: number): Uint8Array {
    try {
      return this.#listener.allocated(size);
    } catch (cause) {
      throw protocolError("read a message", `a part of ${size} bytes`, "one that fits into memory", cause);
    }
  }

  #parse(text: Uint8Array): Json {
    try {
      const message: unknown = JSON.parse(this.#utf8.decode(text));
      if (typeof message === "object" && message !== null && !Array.isArray(message)) return message as Json;
    } catch (cause) {
      throw protocolError("read a message", "text that is not JSON", "a JSON object", cause);
    }
    throw protocolError("read a message", "JSON that is no object", "a JSON object");
  }

  #checkRoom(bytes: number): void {
    if (this.#streams.has(this.#stream)) {
      throw protocolError("read a message", `stream ${this.#stream} twice`, "a stream that is not open");
    }
    if (this.#streams.size === MAX_OPEN_MESSAGES) {
      throw protocolError("read a message", "one more that waits for its parts", `at most ${MAX_OPEN_MESSAGES}`);
    }
    if (this.#openBytes + bytes > MAX_OPEN_BYTES) {
      throw protocolError(
        "read a message",
        `${this.#openBytes + bytes} bytes of open parts`,
        `at most ${MAX_OPEN_BYTES}`,
      );
    }
  }

  #fill(stream: Stream, bytes: Uint8Array): void {
    stream.left -= bytes.length;
    this.#openBytes -= bytes.length;
    for (let from = 0; from < bytes.length; ) {
      const part = stream.framed[stream.part];
      const taken = Math.min(part.length - stream.at, bytes.length - from);
      part.set(from === 0 && taken === bytes.length ? bytes : bytes.subarray(from, from + taken), stream.at);
      from += taken;
      stream.at += taken;
      if (stream.at < part.length) continue;
      stream.part += 1;
      stream.at = 0;
    }
  }

  #complete(stream: Stream): void {
    this.#streams.delete(this.#stream);
    this.#listener.completed(stream.message, stream.parts);
  }
}

function partsOf(message: Json): readonly WirePart[] {
  const parts: unknown = message["parts"] ?? [];
  if (!Array.isArray(parts)) throw protocolError("read a message", "parts that are no list", "a list of sizes");
  if (parts.length > MAX_PARTS) throw protocolError("read a message", `${parts.length} parts`, `at most ${MAX_PARTS}`);
  const files = new Set<string>();
  for (const part of parts as unknown[]) {
    if (typeof part === "object" && part !== null) checkMemoryPart(part, files);
    else if (!isSize(part, MAX_PART_BYTES)) {
      throw protocolError("read a message", `a part of ${String(part)} bytes`, `0 to ${MAX_PART_BYTES}`);
    }
  }
  return parts as WirePart[];
}

/** A file may be named once, and little of it: it could hold less than it says, and be read many times. */
function checkMemoryPart({ file, size }: Partial<MemoryPart>, files: Set<string>): void {
  if (typeof file !== "string" || files.has(file)) {
    throw protocolError("read a message", "a part in no file, or in that of another", "a file of its own");
  }
  files.add(file);
  if (isSize(size, MOST_MEMORY_BYTES)) return;
  throw protocolError("read a message", `a part of ${String(size)} bytes in memory`, `0 to ${MOST_MEMORY_BYTES}`);
}

const isSize = (size: unknown, most: number): boolean =>
  Number.isSafeInteger(size) && (size as number) >= 0 && (size as number) <= most;

const framedBytes = (part: WirePart): number => (typeof part === "number" ? part : 0);
