import { CHUNK_BYTES, HoduError } from "hodu-plugin-sdk";
import type { Lane } from "./descr.ts";
import { giveWay } from "./give-way.ts";

/** Memory for bytes that a file is known to have. Throws MEMORY_LIMIT. */
export function allocate(length: number, file: string): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(length);
  } catch (cause) {
    throw new HoduError("MEMORY_LIMIT", `Cannot read ${length} bytes at once: they do not fit into memory`, {
      where: { file },
      cause,
    });
  }
}

/** Fills `out` with pieces, giving way between them. */
export async function fill(
  out: Uint8Array,
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  let at = 0;
  for await (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
    await giveWay(signal);
  }
}

/** The pieces of bytes in memory, each a few milliseconds of work. */
export function* piecesOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) yield bytes.subarray(at, at + CHUNK_BYTES);
}

/** Reverses the order of the bytes of each group of `size`, in place; the length must be a multiple of it. */
export async function reverseBytes(bytes: Uint8Array, size: Lane, signal: AbortSignal): Promise<void> {
  for (const piece of piecesOf(bytes)) {
    const buffer = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    if (size === 2) buffer.swap16();
    else if (size === 4) buffer.swap32();
    else if (size === 8) buffer.swap64();
    await giveWay(signal);
  }
}
