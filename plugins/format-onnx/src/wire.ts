import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { ScalarType } from "@bufbuild/protobuf";
import type { SourceFile } from "./source-file.ts";
import { DECODE_FLOOR, MAX_DECODE_GROWTH, MAX_MESSAGE_DEPTH } from "./limits.ts";

/**
 * Checks that bytes are a message of a schema before they are decoded: the decoder trusts wire types and lets a field run past
 * the end of its message, has no limit but depth, and knows no offsets. One pass, no allocation, bytes fields are stepped over.
 */
export function checkWire(schema: DescMessage, bytes: Uint8Array, file: SourceFile, options: WireOptions = {}): void {
  const check = new WireCheck(bytes, options.strict ?? false);
  const problem = check.message(layoutOf(schema), 0, bytes.length, 1);
  if (problem === undefined && check.decodedBytes <= Math.max(DECODE_FLOOR, bytes.length * MAX_DECODE_GROWTH)) return;
  const [found, expected] = problem ?? [
    `so many small parts that they would take about ${check.decodedBytes} bytes`,
    `at most ${MAX_DECODE_GROWTH} times the file's size`,
  ];
  throw file.bad({
    found,
    expected,
    field: pathAt(layoutOf(schema), bytes, check.at),
    at: check.at,
  });
}

export interface WireOptions {
  /** Refuse fields that the schema does not have, but for those inside of its messages. */
  readonly strict?: boolean;
}

/** How a field is written. */
type Wire = "varint" | "fixed32" | "fixed64" | "text" | "bytes" | "message";

interface FieldLayout {
  readonly name: string;
  readonly wire: Wire;
  readonly repeated: boolean;
  /** Of a message field. */
  readonly layout?: MessageLayout;
}

interface MessageLayout {
  readonly fields: (FieldLayout | undefined)[];
  /** About what an empty one takes once decoded. */
  bytes: number;
}

const layouts = new WeakMap<DescMessage, MessageLayout>();

function layoutOf(schema: DescMessage): MessageLayout {
  const known = layouts.get(schema);
  if (known !== undefined) return known;
  const layout: MessageLayout = { fields: [], bytes: 64 };
  layouts.set(schema, layout);
  for (const field of schema.fields) {
    layout.fields[field.number] = fieldLayoutOf(field);
    layout.bytes += field.fieldKind === "list" ? 32 : 8;
  }
  return layout;
}

function fieldLayoutOf(field: DescField): FieldLayout {
  const { name, message } = field;
  const repeated = field.fieldKind === "list";
  if (message !== undefined) return { name, wire: "message", repeated, layout: layoutOf(message) };
  switch (field.scalar) {
    case ScalarType.STRING:
      return { name, wire: "text", repeated };
    case ScalarType.BYTES:
      return { name, wire: "bytes", repeated };
    case ScalarType.FLOAT:
      return { name, wire: "fixed32", repeated };
    case ScalarType.DOUBLE:
      return { name, wire: "fixed64", repeated };
    default:
      return { name, wire: "varint", repeated };
  }
}

const WIRE_TYPES: Readonly<Record<Wire, number>> = {
  varint: 0,
  fixed64: 1,
  text: 2,
  bytes: 2,
  message: 2,
  fixed32: 5,
};
const WIRE_TYPE_NAMES = ["a varint", "8 bytes", "a length", "a group", "the end of a group", "4 bytes"];

/** Longest varint: 64 bits in groups of seven. */
const MAX_VARINT_BYTES = 10;
/** A list item as a boxed 64-bit integer. */
const ITEM_BYTES = 32;
/** A view of bytes, or a string's header. */
const VIEW_BYTES = 100;
const TEXT_BYTES = 32;

const utf8 = new TextDecoder("utf-8", { fatal: true });

type Problem = readonly [found: string, expected: string];

class WireCheck {
  readonly #bytes: Uint8Array;
  readonly #strict: boolean;
  /** The next byte; where the problem is when there is one. */
  at = 0;
  decodedBytes = 0;
  /** The value of the last varint, as far as it fits in 2^53. */
  #value = 0;

  constructor(bytes: Uint8Array, strict: boolean) {
    this.#bytes = bytes;
    this.#strict = strict;
  }

  message(layout: MessageLayout, start: number, end: number, depth: number): Problem | undefined {
    if (depth > MAX_MESSAGE_DEPTH) return [`messages nested ${depth} deep`, `at most ${MAX_MESSAGE_DEPTH}`];
    this.at = start;
    this.decodedBytes += layout.bytes;
    while (this.at < end) {
      const tagAt = this.at;
      const problem = this.#varint(end);
      if (problem !== undefined) return problem;
      const tag = this.#value;
      const number = Math.floor(tag / 8);
      const wireType = tag & 7;
      if (number === 0 || number >= 2 ** 29 || wireType > 5 || wireType === 4) {
        this.at = tagAt;
        return [`field number ${number} of wire type ${wireType}`, "the start of a field"];
      }
      const field = layout.fields[number];
      if (field === undefined && this.#strict && depth === 1) {
        this.at = tagAt;
        return [`field number ${number}`, "a field of this kind of message"];
      }
      const inner =
        field === undefined
          ? this.#skip(number, wireType, end, depth)
          : this.#field(field, wireType, tagAt, end, depth);
      if (inner !== undefined) return inner;
    }
    return undefined;
  }

  #field(field: FieldLayout, wireType: number, tagAt: number, end: number, depth: number): Problem | undefined {
    const { wire } = field;
    const packable = field.repeated && (wire === "varint" || wire === "fixed32" || wire === "fixed64");
    if (wireType !== WIRE_TYPES[wire] && !(packable && wireType === 2)) {
      this.at = tagAt;
      return [
        `field "${field.name}" written as ${WIRE_TYPE_NAMES[wireType]}`,
        `${WIRE_TYPE_NAMES[WIRE_TYPES[wire]]}${packable ? " or a packed list" : ""}`,
      ];
    }
    if (wireType !== 2) {
      if (field.repeated) this.decodedBytes += ITEM_BYTES;
      return this.#step(wireType, end);
    }
    const problem = this.#varint(end);
    if (problem !== undefined) return problem;
    const start = this.at;
    const length = this.#value;
    if (length > end - start) {
      return [`a field "${field.name}" of ${length} bytes`, `at most ${end - start} (what is left of what holds it)`];
    }
    const fieldEnd = start + length;
    switch (wire) {
      case "message":
        return this.message(field.layout!, start, fieldEnd, depth + 1);
      case "text":
        return this.#text(start, fieldEnd);
      case "bytes":
        this.decodedBytes += VIEW_BYTES;
        this.at = fieldEnd;
        return undefined;
      default:
        return this.#packed(WIRE_TYPES[wire], fieldEnd);
    }
  }

  #packed(wireType: number, end: number): Problem | undefined {
    while (this.at < end) {
      this.decodedBytes += ITEM_BYTES;
      const problem = this.#step(wireType, end);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }

  #text(start: number, end: number): Problem | undefined {
    this.decodedBytes += TEXT_BYTES + (end - start);
    let at = start;
    while (at < end && this.#bytes[at] < 0x80) at++;
    if (at < end) {
      try {
        utf8.decode(this.#bytes.subarray(at, end));
      } catch {
        this.at = start;
        return ["text that is not UTF-8", "UTF-8"];
      }
    }
    this.at = end;
    return undefined;
  }

  /** Steps over a number. */
  #step(wireType: number, end: number): Problem | undefined {
    if (wireType === 0) return this.#varint(end);
    const size = wireType === 1 ? 8 : 4;
    if (end - this.at < size) return [`the end after ${end - this.at} bytes`, `a number of ${size} bytes`];
    this.at += size;
    return undefined;
  }

  /** Steps over a field that the schema does not have. */
  #skip(number: number, wireType: number, end: number, depth: number): Problem | undefined {
    if (wireType === 3) return this.#group(number, end, depth + 1);
    if (wireType !== 2) return this.#step(wireType, end);
    const problem = this.#varint(end);
    if (problem !== undefined) return problem;
    if (this.#value > end - this.at) {
      return [`a field ${number} of ${this.#value} bytes`, `at most ${end - this.at} (what is left of what holds it)`];
    }
    this.at += this.#value;
    return undefined;
  }

  #group(number: number, end: number, depth: number): Problem | undefined {
    if (depth > MAX_MESSAGE_DEPTH) return [`groups nested ${depth} deep`, `at most ${MAX_MESSAGE_DEPTH}`];
    for (;;) {
      const tagAt = this.at;
      const problem = this.#varint(end);
      if (problem !== undefined) return problem;
      const inner = Math.floor(this.#value / 8);
      const wireType = this.#value & 7;
      if (wireType === 4 && inner === number) return undefined;
      if (inner === 0 || inner >= 2 ** 29 || wireType > 5 || wireType === 4) {
        this.at = tagAt;
        return [`field number ${inner} of wire type ${wireType}`, `the end of group ${number}`];
      }
      const skipped = this.#skip(inner, wireType, end, depth);
      if (skipped !== undefined) return skipped;
    }
  }

  #varint(end: number): Problem | undefined {
    const start = this.at;
    const limit = Math.min(end, start + MAX_VARINT_BYTES);
    let value = 0;
    let scale = 1;
    for (let at = start; at < limit; at++) {
      const byte = this.#bytes[at];
      value += (byte & 0x7f) * scale;
      scale *= 128;
      if (byte < 0x80) {
        this.#value = value;
        this.at = at + 1;
        return undefined;
      }
    }
    return limit === end
      ? ["the end in the middle of a number", "the rest of it"]
      : [`a number of more than ${MAX_VARINT_BYTES} bytes`, "a varint"];
  }
}

/** The field that holds a byte, such as `graph.node[3].attribute[0].name`. Everything before that byte must have passed the check. */
function pathAt(root: MessageLayout, bytes: Uint8Array, target: number): string {
  const path: string[] = [];
  let layout: MessageLayout | undefined = root;
  let at = 0;
  while (layout !== undefined) {
    const seen = new Map<number, number>();
    let next: MessageLayout | undefined;
    while (at < bytes.length && at <= target) {
      const [tag, afterTag] = varintAt(bytes, at);
      const number = Math.floor(tag / 8);
      const field: FieldLayout | undefined = layout.fields[number];
      const index = seen.get(number) ?? 0;
      seen.set(number, index + 1);
      const [start, end] = extentOf(bytes, tag & 7, afterTag);
      if (end > target || end <= at) {
        if (field !== undefined && target >= afterTag) {
          path.push(field.repeated ? `${field.name}[${index}]` : field.name);
          if (target >= start) next = field.layout;
        }
        at = start;
        break;
      }
      at = end;
    }
    layout = next;
  }
  return path.join(".");
}

/** Where the content of a field starts and ends, as far as it says. */
function extentOf(bytes: Uint8Array, wireType: number, at: number): [start: number, end: number] {
  if (wireType === 0) return [at, varintAt(bytes, at)[1]];
  if (wireType === 1) return [at, at + 8];
  if (wireType === 5) return [at, at + 4];
  if (wireType !== 2) return [at, bytes.length + 1];
  const [length, start] = varintAt(bytes, at);
  return [start, start + length];
}

function varintAt(bytes: Uint8Array, start: number): [value: number, end: number] {
  let value = 0;
  let scale = 1;
  for (let at = start; at < bytes.length && at < start + MAX_VARINT_BYTES; at++) {
    value += (bytes[at] & 0x7f) * scale;
    scale *= 128;
    if (bytes[at] < 0x80) return [value, at + 1];
  }
  return [value, bytes.length + 1];
}
