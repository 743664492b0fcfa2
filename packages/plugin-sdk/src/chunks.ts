import type { ByteSource } from "./contracts/byte-source.ts";

/** Size of a piece that is copied or hashed at once: large enough for the disk, small enough for the caches. */
export const CHUNK_BYTES = 4 << 20;

/** `ByteSource.chunks` for a source whose `read` keeps no memory. */
export async function* chunksByReading(
  source: Pick<ByteSource, "read">,
  offset: number,
  length: number,
): AsyncGenerator<Uint8Array> {
  if (length === 0) await source.read(offset, 0);
  for (let done = 0; done < length; done += CHUNK_BYTES) {
    yield await source.read(offset + done, Math.min(CHUNK_BYTES, length - done));
  }
}
