import { elementCount, type HoduError, quote, strings, type Tensor, wholeText } from "hodu-plugin-sdk";
import type { Obstacle } from "./cannot-hold.ts";
import type { EncodedElements } from "./encode-array.ts";
import { MAX_STRING_BYTES, MAX_STRINGS } from "./limits.ts";

/** Characters, padding included, that are written at a time. */
const STEP = 1 << 18;
const BYTES_PER_CHARACTER = 4;

/** Texts as `<U`: UTF-32, each with zeros up to the length of the longest. Throws UNSUPPORTED. */
export function encodeStrings(tensor: Tensor, refuse: (obstacle: Obstacle) => HoduError): EncodedElements {
  const count = elementCount(tensor.shape);
  const texts = count <= MAX_STRINGS ? strings(tensor) : [];
  // NumPy has no dtype of no characters
  let width = 1;
  for (const text of texts) {
    wholeText(text);
    if (text.endsWith("\0")) {
      throw refuse({ found: `the text ${quote(text)}`, expected: "text that does not end in NUL", use: ".hdt" });
    }
    width = Math.max(width, lengthOf(text));
  }
  const size = count * width * BYTES_PER_CHARACTER;
  if (count > MAX_STRINGS || size > MAX_STRING_BYTES) {
    const found = `${count} texts that take up to ${width} characters each`;
    throw refuse({ found, expected: `at most ${MAX_STRINGS} in ${MAX_STRING_BYTES} bytes`, use: ".hdt" });
  }
  return {
    descr: `<U${width}`,
    size,
    *pieces() {
      const step = Math.max(1, Math.floor(STEP / width));
      for (let at = 0; at < count; at += step) yield encode(texts.slice(at, at + step), width);
    },
  };
}

/** Characters of Unicode, of which some take two places in a string. */
function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length++;
  return length;
}

function encode(texts: readonly string[], width: number): Uint8Array {
  const codes = new Uint32Array(texts.length * width);
  for (const [i, text] of texts.entries()) {
    let at = i * width;
    for (const character of text) codes[at++] = character.codePointAt(0) ?? 0;
  }
  return new Uint8Array(codes.buffer);
}
