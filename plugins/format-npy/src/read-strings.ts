import { giveWay } from "./give-way.ts";
import { MAX_STRING_BYTES, MAX_STRINGS } from "./limits.ts";
import type { Place } from "./place.ts";
import type { Extent } from "./read-npy.ts";

/** Characters that are read between two looks at the signal. */
const STEP = 1 << 18;

/** The text of one element; undefined where its bytes are none. */
type ReadText = (bytes: Uint8Array) => string | undefined;

/**
 * The elements of an array of texts, which fill their places with zeros at the end: UTF-32 (`<U8`), or bytes (`|S8`), which must be UTF-8.
 * Throws BAD_TENSOR_FILE, UNSUPPORTED (bytes of another encoding, arrays past the limits).
 */
export async function readStrings(
  bytes: Uint8Array,
  { elements, count, start }: Extent,
  place: Place,
  signal: AbortSignal,
): Promise<string[]> {
  if (count > MAX_STRINGS || bytes.length > MAX_STRING_BYTES) {
    throw place.unsupported({
      found: `${count} texts in ${bytes.length} bytes`,
      expected: `at most ${MAX_STRINGS} texts in ${MAX_STRING_BYTES} bytes`,
    });
  }
  const isWide = elements.lane === 4;
  const read = isWide ? readUtf32 : readUtf8;
  const texts: string[] = [];
  for (let at = 0, step = 0; at < bytes.length; at += elements.bytes, step += elements.bytes) {
    const text = read(bytes.subarray(at, at + elements.bytes));
    if (text === undefined) throw noText(isWide, start + at, place);
    texts.push(text);
    if (step < STEP) continue;
    step = 0;
    await giveWay(signal);
  }
  return texts;
}

function noText(isWide: boolean, at: number, place: Place): Error {
  const found = isWide ? "a number that is no character" : "bytes that are not UTF-8";
  const finding = { found, expected: "text", at };
  return isWide ? place.bad(finding) : place.unsupported({ ...finding, hint: HINT });
}

const HINT = `python3 -c 'import numpy; numpy.save("y.npy", numpy.char.decode(numpy.load("x.npy"), "latin1"))'`;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const readUtf8: ReadText = (bytes) => {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  try {
    return utf8.decode(bytes.subarray(0, end));
  } catch {
    return undefined;
  }
};

const readUtf32: ReadText = (bytes) => {
  const codes = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  let end = codes.length;
  while (end > 0 && codes[end - 1] === 0) end--;
  let text = "";
  for (let i = 0; i < end; i++) {
    const code = codes[i];
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return undefined;
    text += String.fromCodePoint(code);
  }
  return text;
};
