import { type ByteSource, type CallContext, HoduError, JsonError, quote } from "hodu-plugin-sdk";
import { type HeaderEntry, HeaderReader, type Metadata } from "./header-reader.ts";
import { countTensors } from "./count-tensors.ts";
import { COUNTED_BYTES, ENTRIES_PER_TURN, MAX_HEADER_BYTES, MAX_TENSORS } from "./limits.ts";
import { bad } from "./refuse.ts";
import { nextTurn } from "./next-turn.ts";

/** What stands before the data of a file. */
export interface Header {
  readonly entries: readonly HeaderEntry[];
  readonly metadata: Metadata;
  /** Where the data begin in the file. */
  readonly dataStart: number;
  /** Where an entry's name stands in the file, in bytes. */
  readonly offsetOf: (entry: HeaderEntry) => number;
}

/** Bytes of the length that a file begins with. */
const PREFIX_BYTES = 8;

/** Reads the length and the JSON of a file's header. Throws BAD_TENSOR_FILE, ABORTED. */
export async function readHeader(source: ByteSource, { signal }: CallContext): Promise<Header> {
  const file = source.name;
  const length = await readLength(source);
  signal.throwIfAborted();
  if (length > COUNTED_BYTES) await refuseFlood(source, length);
  const bytes = await source.read(PREFIX_BYTES, length);
  const text = decode(bytes, file);
  const offsetOfText = (position: number): number =>
    PREFIX_BYTES + new TextEncoder().encode(text.slice(0, position)).length;
  const reader = new HeaderReader(text);
  const entries: HeaderEntry[] = [];
  try {
    for (let entry = reader.next(); entry !== undefined; entry = reader.next()) {
      entries.push(entry);
      if (entries.length % ENTRIES_PER_TURN === 0) await nextTurn(signal);
    }
  } catch (cause) {
    if (!(cause instanceof JsonError)) throw cause;
    throw new HoduError("BAD_TENSOR_FILE", `Cannot read the header of ${quote(file)}: ${cause.message}`, {
      hint: "hodu explain BAD_TENSOR_FILE",
      where: { file, offset: offsetOfText(cause.position) },
      cause,
    });
  }
  return {
    entries,
    metadata: reader.metadata,
    dataStart: PREFIX_BYTES + length,
    offsetOf: ({ position }) => offsetOfText(position),
  };
}

/** A header of millions of tensors would take seconds and gigabytes to be read, only to be refused. */
async function refuseFlood(source: ByteSource, length: number): Promise<void> {
  const count = await countTensors(source, PREFIX_BYTES, length, MAX_TENSORS);
  if (count <= MAX_TENSORS) return;
  throw bad(source.name, {
    what: "the header",
    found: `more than ${MAX_TENSORS} tensors`,
    expected: "as many or fewer",
    offset: PREFIX_BYTES,
  });
}

async function readLength(source: ByteSource): Promise<number> {
  const { name: file, size } = source;
  if (size < PREFIX_BYTES) {
    throw bad(file, { found: `${size} bytes`, expected: `at least the ${PREFIX_BYTES} of a header's length` });
  }
  const bytes = await source.read(0, PREFIX_BYTES);
  const length = new DataView(bytes.buffer, bytes.byteOffset, PREFIX_BYTES).getBigUint64(0, true);
  const most = Math.min(MAX_HEADER_BYTES, size - PREFIX_BYTES);
  if (length >= 2n && length <= most) return Number(length);
  const rest = size - PREFIX_BYTES;
  const limit = rest < MAX_HEADER_BYTES ? `2 to ${rest}, as the file has no more` : `2 to ${MAX_HEADER_BYTES}`;
  throw bad(file, { found: `a header of ${length} bytes`, expected: limit, field: "header length", offset: 0 });
}

function decode(bytes: Uint8Array, file: string): string {
  if (bytes[0] !== 0x7b) {
    const found = `a header that begins with byte 0x${bytes[0].toString(16).padStart(2, "0")}`;
    throw bad(file, { found, expected: 'one that begins with "{"', field: "header", offset: PREFIX_BYTES });
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw bad(file, {
      found: "bytes that are not UTF-8",
      expected: "a header in UTF-8",
      field: "header",
      offset: PREFIX_BYTES,
    });
  }
}
