import { type DescMessage, create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { type Weight, wholeText } from "hodu-plugin-sdk";

/** Bytes, or a weight whose bytes are copied from where they are. */
export type Piece = Uint8Array | Weight;

/** A protobuf message, or fields of one, in pieces: weights are never gathered. */
export interface Message {
  readonly pieces: readonly Piece[];
  /** Bytes of all pieces. */
  readonly length: number;
  /** Messages inside messages, itself included. */
  readonly depth: number;
}

/** A message without weights; `depth` counts the messages inside it and itself. Throws UNSUPPORTED for text that UTF-8 has no bytes for. */
export function message<Schema extends DescMessage>(
  schema: Schema,
  init: MessageInitShape<Schema>,
  depth = 1,
): Message {
  checkTexts(init);
  const bytes = toBinary(schema, create(schema, init));
  return { pieces: bytes.length === 0 ? [] : [bytes], length: bytes.length, depth };
}

/** An encoder of UTF-8 would put another character in the place of half of one. */
function checkTexts(init: unknown): void {
  if (typeof init === "string") wholeText(init);
  else if (typeof init === "object" && init !== null && !ArrayBuffer.isView(init)) {
    for (const inner of Object.values(init)) checkTexts(inner);
  }
}

/** A field of bytes. */
export function bytesField(number: number, piece: Piece): Message {
  const head = fieldHead(number, piece.length);
  return { pieces: [head, piece], length: head.length + piece.length, depth: 0 };
}

/** A field that holds a message. */
export function messageField(number: number, { pieces, length, depth }: Message): Message {
  const head = fieldHead(number, length);
  return { pieces: [head, ...pieces], length: head.length + length, depth: depth + 1 };
}

/** A message of all fields of others, in their order. */
export function merged(parts: readonly Message[]): Message {
  let [length, depth] = [0, 0];
  const pieces: Piece[] = [];
  for (const part of parts) {
    for (const piece of part.pieces) pieces.push(piece);
    length += part.length;
    depth = Math.max(depth, part.depth);
  }
  return { pieces, length, depth };
}

/** Tag and length, which is below 2^32: longer messages are refused when all is put together. */
function fieldHead(number: number, length: number): Uint8Array {
  return new BinaryWriter().tag(number, WireType.LengthDelimited).uint32(Math.min(length, 0xffff_ffff)).finish();
}
