import type { ByteSource } from "hodu-plugin-sdk";

/** The field that stands in every tensor once. */
const FIELD = new TextEncoder().encode('"data_offsets"');

/**
 * How many tensors a header has at least, counted without keeping its text; stops above `most`. A field across two pieces is not
 * counted, and one within a name is: both cannot matter to whoever wants to know of far too many.
 */
export async function countTensors(source: ByteSource, offset: number, length: number, most: number): Promise<number> {
  let count = 0;
  for await (const piece of source.chunks(offset, length)) {
    for (let at = piece.indexOf(FIELD[0]); at >= 0; at = piece.indexOf(FIELD[0], at + 1)) {
      if (isField(piece, at)) count++;
    }
    if (count > most) break;
  }
  return count;
}

function isField(piece: Uint8Array, at: number): boolean {
  // most quotes are told apart by the letter after them
  if (piece[at + 1] !== FIELD[1]) return false;
  return FIELD.every((byte, i) => piece[at + i] === byte);
}
