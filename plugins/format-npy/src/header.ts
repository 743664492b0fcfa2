import type { ByteSource } from "hodu-plugin-sdk";
import { HeaderTextError } from "./header-scanner.ts";
import { type HeaderFields, readHeaderText } from "./header-text.ts";
import { MAX_HEADER_BYTES } from "./limits.ts";
import type { Place } from "./place.ts";

/** What a .npy file says of its array, and where the elements begin. Places count from the start of the file. */
export interface Header extends HeaderFields {
  readonly dataStart: number;
}

/** Magic, version, and the length of the text in 2 or 4 bytes. */
const MAGIC_BYTES = 6;
const PREFIX_BYTES = 12;

interface Version {
  readonly lengthBytes: 2 | 4;
  readonly encoding: "latin1" | "utf-8";
}

/** NumPy's format specification (NEP 1, numpy.lib.format). */
const VERSIONS: ReadonlyMap<string, Version> = new Map([
  ["1.0", { lengthBytes: 2, encoding: "latin1" }],
  ["2.0", { lengthBytes: 4, encoding: "latin1" }],
  ["3.0", { lengthBytes: 4, encoding: "utf-8" }],
]);

/** Reads the header of a .npy file, whose magic is known to be there. Throws BAD_TENSOR_FILE. */
export async function readHeader(source: ByteSource, place: Place): Promise<Header> {
  const head = await source.read(0, Math.min(source.size, PREFIX_BYTES + MAX_HEADER_BYTES));
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const version = head.length < PREFIX_BYTES ? "" : `${head[MAGIC_BYTES]}.${head[MAGIC_BYTES + 1]}`;
  if (version === "") throw place.bad({ found: `${head.length} bytes`, expected: "a header" });
  const known = VERSIONS.get(version);
  if (known === undefined) {
    throw place.bad({ found: `version ${version} of the format`, expected: "1.0, 2.0 or 3.0", at: MAGIC_BYTES });
  }
  const lengthAt = MAGIC_BYTES + 2;
  const length = known.lengthBytes === 2 ? view.getUint16(lengthAt, true) : view.getUint32(lengthAt, true);
  const start = lengthAt + known.lengthBytes;
  const wrongLength = { found: `a header of ${length} bytes`, at: lengthAt };
  if (length > MAX_HEADER_BYTES) throw place.bad({ ...wrongLength, expected: `at most ${MAX_HEADER_BYTES}` });
  if (start + length > head.length) {
    throw place.bad({ ...wrongLength, expected: `at most the ${head.length - start} that the file has` });
  }
  return { ...readText(head.subarray(start, start + length), known, start, place), dataStart: start + length };
}

function readText(bytes: Uint8Array, { encoding }: Version, start: number, place: Place): HeaderFields {
  try {
    const fields = readHeaderText(new TextDecoder(encoding, { fatal: true }).decode(bytes));
    return { ...fields, descrAt: start + fields.descrAt, shapeAt: start + fields.shapeAt };
  } catch (cause) {
    if (cause instanceof HeaderTextError) {
      const { found, expected, at } = cause;
      throw place.bad({ found, expected, at: start + at, field: "header", cause });
    }
    throw place.bad({ found: "bytes that are not UTF-8", expected: "text", at: start, field: "header", cause });
  }
}
