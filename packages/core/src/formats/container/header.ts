import type { PartReader, PartWriter } from "../../wire/codec.ts";
import { type ContainerFault, type ContainerKind, containerError } from "./container-error.ts";
import { alignUp } from "./align-up.ts";
import { jsonDepth } from "./json-depth.ts";
import { MAX_HEADER_DEPTH, MAX_PARTS } from "./limits.ts";

const utf8Decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** One body of bytes beside the header, by its place in the file. */
export interface PartPlace {
  readonly offset: number;
  readonly length: number;
}

/** The members of a header, not yet looked at, and where its parts are. */
export interface Header {
  readonly members: Readonly<Record<string, unknown>>;
  readonly parts: readonly PartPlace[];
}

/** The header's text: `members`, then `parts` with the length of each. */
export function encodeHeader(members: object, { parts }: PartWriter): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ ...members, parts: parts.map((part) => part.length) }));
}

/** Where parts of these lengths lie after a header that ends at `headerEnd`: each at the next multiple of 64. */
export function placeParts(headerEnd: number, lengths: readonly number[]): readonly PartPlace[] {
  let end = headerEnd;
  return lengths.map((length) => {
    const offset = alignUp(end);
    end = offset + length;
    return { offset, length };
  });
}

/** What the header of a file is held to. */
export interface HeaderPlace {
  readonly kind: ContainerKind;
  readonly file: string;
  readonly offset: number;
  /** Where the parts must end. */
  readonly end: number;
}

/**
 * Reads a header: JSON exactly as JSON.stringify writes it (so no member can stand twice), its parts up to the digest without a gap.
 * Throws BAD_MODEL, BAD_TENSOR_FILE.
 */
export function decodeHeader(bytes: Uint8Array, place: HeaderPlace): Header {
  const fail: Fail = (field, found, expected, cause) => {
    throw containerError(place.kind, place.file, {
      field,
      offset: place.offset,
      found,
      expected,
      cause,
    } satisfies ContainerFault);
  };
  const members = parseCanonical(bytes, fail);
  const lengths: unknown = Object.hasOwn(members, "parts") ? members["parts"] : undefined;
  if (!Array.isArray(lengths)) return fail("header.parts", "none", "a list of lengths");
  if (lengths.length > MAX_PARTS) fail("header.parts", `${lengths.length} parts`, `at most ${MAX_PARTS}`);
  let room = place.end - place.offset - bytes.length;
  for (const [i, length] of lengths.entries()) {
    const isLength = Number.isSafeInteger(length) && length >= 0;
    if (!isLength || length > room)
      fail(`header.parts[${i}]`, String(length).slice(0, 60), `a length of at most ${room}`);
    room -= length;
  }
  const parts = placeParts(place.offset + bytes.length, lengths as number[]);
  const last = parts.at(-1);
  const end = last === undefined ? place.offset + bytes.length : last.offset + last.length;
  if (end !== place.end) fail("header.parts", `parts that end at ${end}`, `${place.end}`);
  return { members, parts };
}

type Fail = (field: string, found: string, expected: string, cause?: unknown) => never;

function parseCanonical(bytes: Uint8Array, fail: Fail): Readonly<Record<string, unknown>> {
  if (jsonDepth(bytes, MAX_HEADER_DEPTH) > MAX_HEADER_DEPTH) {
    return fail("header", `more than ${MAX_HEADER_DEPTH} levels of brackets`, "fewer");
  }
  let text = "";
  let json: unknown;
  try {
    text = utf8Decoder.decode(bytes);
    json = JSON.parse(text);
  } catch (cause) {
    return fail("header", text === "" ? "bytes that are not UTF-8" : "text that is not JSON", "JSON", cause);
  }
  if (typeof json !== "object" || json === null || Array.isArray(json)) return fail("header", "no object", "an object");
  if (JSON.stringify(json) !== text) {
    fail("header", "other JSON (a member twice, white space)", "each member once, as JSON.stringify writes it");
  }
  return json as Readonly<Record<string, unknown>>;
}

/** Refuses a header that leaves parts unused. */
export function checkAllUsed(parts: PartReader, place: HeaderPlace): void {
  if (parts.unused === 0) return;
  throw containerError(place.kind, place.file, {
    field: "header.parts",
    offset: place.offset,
    found: `${parts.unused} that nothing refers to`,
    expected: "none",
  });
}
