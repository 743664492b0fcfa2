import { pipeline } from "node:stream/promises";
import { crc32, createInflateRaw } from "node:zlib";
import type { ByteSource } from "hodu-plugin-sdk";
import { giveWay } from "../give-way.ts";
import { allocate, piecesOf } from "../own-bytes.ts";
import type { Place } from "../place.ts";
import type { Member } from "./locate-members.ts";

/** What is read with, and where its errors are. */
export interface ReadMemberRequest {
  readonly source: ByteSource;
  readonly place: Place;
  readonly signal: AbortSignal;
}

/** The bytes of a member, their checksum compared: a view of the file for one that is stored. Throws BAD_TENSOR_FILE. */
export async function readMember(member: Member, request: ReadMemberRequest): Promise<Uint8Array> {
  const { source, place, signal } = request;
  const bytes = member.isDeflated ? await inflate(member, request) : await source.read(member.dataAt, member.size);
  let sum = 0;
  for (const piece of piecesOf(bytes)) {
    sum = crc32(piece, sum);
    await giveWay(signal);
  }
  if (sum === member.crc) return bytes;
  throw place.bad({ found: `bytes with the CRC-32 ${hex(sum)}`, expected: hex(member.crc), at: 0 });
}

const hex = (crc: number): string => crc.toString(16).padStart(8, "0");

async function inflate(member: Member, { source, place, signal }: ReadMemberRequest): Promise<Uint8Array> {
  const out = allocate(member.size, source.name);
  const inflater = createInflateRaw();
  let length = 0;
  try {
    await pipeline(
      copies(source.chunks(member.dataAt, member.compressedSize)),
      inflater,
      async (pieces: AsyncIterable<Uint8Array>) => {
        for await (const piece of pieces) {
          if (length + piece.length > out.length) throw new RangeError("more than its size");
          out.set(piece, length);
          length += piece.length;
        }
      },
      { signal },
    );
  } catch (cause) {
    signal.throwIfAborted();
    const found = cause instanceof RangeError ? `more than the ${out.length} bytes of its size` : reasonOf(cause);
    if (found === undefined) throw cause;
    throw place.bad({ found, expected: "the compressed form of its bytes", at: 0, cause });
  }
  if (length === out.length && inflater.bytesWritten === member.compressedSize) return out;
  throw place.bad({
    found: `${length} bytes, made of ${inflater.bytesWritten}`,
    expected: `${out.length}, made of ${member.compressedSize}`,
    at: 0,
  });
}

/** What zlib says of its input; undefined for errors of other things. */
function reasonOf(error: unknown): string | undefined {
  const isOfZlib = error instanceof Error && "code" in error && String(error.code).startsWith("Z_");
  return isOfZlib ? `compressed bytes that are damaged (${error.message})` : undefined;
}

/** Pieces that stay what they are when the next is asked for, which a stream does early. */
async function* copies(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) yield new Uint8Array(piece);
}
