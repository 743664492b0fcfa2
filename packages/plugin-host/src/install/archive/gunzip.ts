import type { FileHandle } from "node:fs/promises";
import { Readable } from "node:stream";
import { crc32, createInflateRaw } from "node:zlib";
import { type ArchivePlace, damagedArchive, refuseArchive } from "./archive-error.ts";
import { MAX_GZIP_HEADER_BYTES } from "./limits.ts";

const TRAILER_BYTES = 8;
const READ_BYTES = 1 << 16;
const FLAGS = { headerSum: 2, extra: 4, name: 8, comment: 16, reserved: 0xe0 } as const;

/**
 * The content of a gzip file (RFC 1952) of exactly one member: every byte of the file counts, length and sum are held to. Throws
 * BAD_PLUGIN, POLICY for a second member or bytes behind the first.
 */
export async function* gunzip(handle: FileHandle, size: number, place: ArchivePlace): AsyncGenerator<Buffer> {
  const start = await headerBytes(handle, size, place);
  const end = size - TRAILER_BYTES;
  if (end <= start) throw damagedArchive(place, "it is cut off", "a whole gzip file");
  const inflate = createInflateRaw();
  const source = Readable.from(piecesOf(handle, start, end));
  source.on("error", (error) => inflate.destroy(error));
  source.pipe(inflate);
  let [sum, length] = [0, 0];
  try {
    for await (const chunk of inflate as AsyncIterable<Buffer>) {
      sum = crc32(chunk, sum);
      length += chunk.length;
      yield chunk;
    }
  } catch (cause) {
    if (cause instanceof Error && "errno" in cause && typeof cause.errno === "number" && "code" in cause) {
      if (String(cause.code).startsWith("Z_")) throw damagedArchive(place, "its compressed bytes are damaged", "gzip");
    }
    throw cause;
  } finally {
    source.destroy();
  }
  if (inflate.bytesWritten !== end - start)
    throw refuseArchive(place, "there is more behind its end", "one gzip member");
  const trailer = (await handle.read(Buffer.alloc(TRAILER_BYTES), 0, TRAILER_BYTES, end)).buffer;
  const isWhole = trailer.readUInt32LE(0) === sum && trailer.readUInt32LE(4) === length % 2 ** 32;
  if (!isWhole) throw damagedArchive(place, "its sum or length is another", "those at its end");
}

async function* piecesOf(handle: FileHandle, start: number, end: number): AsyncGenerator<Buffer> {
  for (let at = start; at < end; ) {
    const { buffer, bytesRead } = await handle.read(
      Buffer.allocUnsafe(READ_BYTES),
      0,
      Math.min(READ_BYTES, end - at),
      at,
    );
    if (bytesRead === 0) return;
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/** Bytes of the header. */
async function headerBytes(handle: FileHandle, size: number, place: ArchivePlace): Promise<number> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(MAX_GZIP_HEADER_BYTES), 0, MAX_GZIP_HEADER_BYTES, 0);
  const head = buffer.subarray(0, bytesRead);
  if (size < 18 || head[0] !== 0x1f || head[1] !== 0x8b || head[2] !== 8) {
    throw damagedArchive(place, "it does not begin as a gzip file does", "an archive of npm pack (.tgz)");
  }
  const flags = head[3];
  if ((flags & FLAGS.reserved) !== 0) throw damagedArchive(place, "it has unknown flags", "gzip");
  let at = 10;
  if (flags & FLAGS.extra) at += 2 + (at + 2 <= head.length ? head.readUInt16LE(at) : 0);
  for (const flag of [FLAGS.name, FLAGS.comment]) {
    if ((flags & flag) === 0) continue;
    const zero = head.indexOf(0, at);
    at = zero < 0 ? head.length + 1 : zero + 1;
  }
  if (flags & FLAGS.headerSum) at += 2;
  if (at > head.length) throw damagedArchive(place, "its header is long or cut off", "gzip");
  return at;
}
