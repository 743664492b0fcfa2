import type { Inferred } from "../../inference/context.ts";
import type { KernelContext, Outputs, Steps } from "../../kernels/context.ts";
import { CHUNK } from "../../kernels/elementwise.ts";
import { strings, tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { tensorType, type Value } from "../../tensors/values.ts";
import { int, string } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/**
 * Substrings of each string between delimiters (without one: runs of white space), at most `maxsplit` + 1 of them: Y
 * has a new last axis, padded with empty strings, and Z counts the substrings. ONNX StringSplit.
 */
export const stringSplit = defineOperator({
  name: "StringSplit",
  versions: [{ since: 20 }],
  inputs: [required("X", "T1")],
  outputs: [required("Y", "T2"), required("Z", "T3")],
  types: { T1: types("string"), T2: types("string"), T3: types("i64") },
  attributes: { delimiter: string(), maxsplit: int() },
  infer(context): readonly Inferred[] {
    const shape = context.shape(0);
    return [tensorType("string", shape && [...shape, context.fresh()]), tensorType("i64", shape)];
  },
  reference: split,
  accuracy: "exact",
  samples: () => [
    {
      attributes: { delimiter: "." },
      inputs: [tensorFrom("string", [2], ["abc.com", "def.net"])],
      outputs: [tensorFrom("string", [2, 2], ["abc", "com", "def", "net"]), tensorFrom("i64", [2], [2, 2])],
    },
    {
      attributes: { delimiter: "-", maxsplit: 1 },
      inputs: [tensorFrom("string", [3], ["o-n-n", "", "x"])],
      outputs: [tensorFrom("string", [3, 2], ["o", "n-n", "", "", "x", ""]), tensorFrom("i64", [3], [2, 1, 1])],
    },
    {
      inputs: [tensorFrom("string", [2], ["hello world", " def.net  "])],
      outputs: [tensorFrom("string", [2, 2], ["hello", "world", "def.net", ""]), tensorFrom("i64", [2], [2, 1])],
    },
  ],
});

/** Bytes that a substring takes while it waits to be written. */
const PIECE_BYTES = 32;

function* split(
  [input]: readonly (Value | undefined)[],
  attributes: { readonly delimiter: string | undefined; readonly maxsplit: number | undefined },
  context: KernelContext,
): Steps<Outputs> {
  const { shape } = input as Tensor;
  const { delimiter = "", maxsplit = -1 } = attributes;
  const limit = maxsplit < 0 ? Infinity : maxsplit;
  const borders = bordersOf(delimiter);
  const counts = context.bigOutput("i64", shape);
  const all: string[][] = [];
  let longest = 0;
  for (const text of strings(input as Tensor)) {
    const pieces = yield* delimiter === "" ? cutAtSpace(text, limit) : cutAt(text, delimiter, borders, limit);
    context.reserve(pieces.length * PIECE_BYTES);
    counts.data[all.length] = BigInt(pieces.length);
    longest = Math.max(longest, pieces.length);
    all.push(pieces);
    if (all.length % 4096 === 0) yield undefined;
  }
  const substrings = context.allocate("string", [...shape, longest]);
  const target = substrings.data as string[];
  for (const [row, pieces] of all.entries()) {
    for (let i = 0; i < pieces.length; i++) target[row * longest + i] = pieces[i];
    if (row % 4096 === 4095) yield undefined;
  }
  return [substrings, counts.tensor()];
}

/**
 * For each prefix of `text`, the length of its longest proper prefix that is also its suffix (Knuth, Morris and Pratt
 * 1977).
 */
function bordersOf(text: string): Int32Array {
  const borders = new Int32Array(text.length);
  for (let i = 1, matched = 0; i < text.length; i++) {
    while (matched > 0 && text[i] !== text[matched]) matched = borders[matched - 1];
    if (text[i] === text[matched]) matched++;
    borders[i] = matched;
  }
  return borders;
}

/** Linear in the text for every delimiter, which String.indexOf is not. */
function* cutAt(text: string, delimiter: string, borders: Int32Array, limit: number): Steps<string[]> {
  const pieces: string[] = [];
  let start = 0;
  for (let i = 0, matched = 0; i < text.length && pieces.length < limit; i++) {
    while (matched > 0 && text[i] !== delimiter[matched]) matched = borders[matched - 1];
    if (text[i] === delimiter[matched]) matched++;
    if (matched === delimiter.length) {
      pieces.push(text.slice(start, i + 1 - matched));
      start = i + 1;
      matched = 0;
    }
    if (i % CHUNK === CHUNK - 1) yield undefined;
  }
  pieces.push(text.slice(start));
  return pieces;
}

/** The characters that separate words: Unicode white space and the separators of ASCII. */
const SPACES = "\\t-\\r\\x1c- \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const TRAILING_SPACE = new RegExp(`(?<![${SPACES}])[${SPACES}]+$`, "u");

/** White space around the text is removed, also after the rest that a limit leaves. */
function* cutAtSpace(text: string, limit: number): Steps<string[]> {
  const word = new RegExp(`[^${SPACES}]+`, "gu");
  const pieces: string[] = [];
  for (let found = word.exec(text); found !== null; found = word.exec(text)) {
    if (pieces.length >= limit) {
      pieces.push(text.slice(found.index).replace(TRAILING_SPACE, ""));
      break;
    }
    pieces.push(found[0]);
    if (pieces.length % CHUNK === 0) yield undefined;
  }
  return pieces;
}
