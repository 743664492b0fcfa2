import { type ByteSource, HoduError, quote } from "hodu-plugin-sdk";
import type { SourceFile } from "./source-file.ts";
import type { StringStringEntryProto, TensorProto } from "./generated/onnx_pb.ts";
import { MAX_EXTERNAL_FILES } from "./limits.ts";
import type { TensorPlace } from "./tensor-bytes.ts";

/** The part of another file that holds a tensor. */
export interface ExternalRange {
  readonly location: string;
  readonly offset: number;
  readonly length: number | undefined;
}

const KNOWN_KEYS = new Set(["location", "offset", "length", "checksum", "basepath"]);

/** Reads external_data. `warn` is told of keys that the standard does not have. */
export function readExternalRange(
  tensor: TensorProto,
  place: TensorPlace,
  warn: (message: string) => void,
): ExternalRange {
  const bad = (found: string, expected: string) =>
    place.file.bad({ what: place.what, found, expected, field: `${place.field}.external_data` });
  const entries = new Map<string, string>();
  for (const { key, value } of tensor.externalData as readonly StringStringEntryProto[]) {
    if (!KNOWN_KEYS.has(key)) {
      warn(`${place.what} in ${place.file.name}: external data key ${quote(key)} is not in the standard, ignored`);
    } else if (entries.has(key)) throw bad(`external data with two entries ${quote(key)}`, "one of each");
    entries.set(key, value);
  }
  const location = entries.get("location") ?? "";
  if (location === "") throw bad("external data without a location", "the name of a file");
  if (location.includes("\0")) throw bad(`external data in ${quote(location)}`, "a file name without NUL");
  const byteCount = (key: string): number | undefined => {
    const text = entries.get(key);
    if (text === undefined) return undefined;
    const value = /^[0-9]{1,16}$/.test(text) ? Number(text) : Number.NaN;
    if (!Number.isSafeInteger(value)) {
      throw bad(`external data with ${key} ${quote(text)}`, "a decimal number of bytes, at least 0");
    }
    return value;
  };
  return { location, offset: byteCount("offset") ?? 0, length: byteCount("length") };
}

/** Checks that a range holds exactly `length` bytes and lies within its file. */
export function checkExternalRange(range: ExternalRange, length: number, size: number, place: TensorPlace): void {
  const bad = (found: string, expected: string) =>
    place.file.bad({ what: place.what, found, expected, field: `${place.field}.external_data` });
  if (range.length !== undefined && range.length !== length) {
    throw bad(`external data of ${range.length} bytes`, `${length} bytes`);
  }
  if (range.offset > size || length > size - range.offset) {
    throw bad(
      `external data at bytes ${range.offset}..${range.offset + length}`,
      `a range within the ${size} bytes of ${quote(range.location)}`,
    );
  }
}

/** Sizes of the external files of a model, by location. What is refused by policy stays refused so; a file that is not there is a broken model. */
export async function openExternalFiles(
  wanted: ReadonlyMap<string, TensorPlace>,
  source: ByteSource,
  file: SourceFile,
): Promise<ReadonlyMap<string, number>> {
  if (wanted.size > MAX_EXTERNAL_FILES) {
    throw file.bad({
      found: `${wanted.size} external files`,
      expected: `at most ${MAX_EXTERNAL_FILES}`,
    });
  }
  const sizes = new Map<string, number>();
  for (const [location, place] of wanted) {
    try {
      sizes.set(location, (await source.sibling(location)).size);
    } catch (error) {
      throw siblingError(error, location, place);
    }
  }
  return sizes;
}

function siblingError(error: unknown, location: string, place: TensorPlace): unknown {
  if (!(error instanceof HoduError)) return error;
  const field = `${place.field}.external_data`;
  if (!NOT_READABLE.has(error.code)) return error.at({ file: place.file.name, field });
  return place.file.bad({
    what: place.what,
    found: `external data that cannot be opened (${error.message})`,
    expected: `a file ${quote(location)} beside the model`,
    field,
    hint: error.hint,
    cause: error,
  });
}

/** A file that is not there makes the model a broken one; what is refused by policy, or ends the call, stays what it is. */
const NOT_READABLE: ReadonlySet<string> = new Set(["MISSING_INPUT", "IO", "BAD_MODEL"]);
