import { type DType, DTYPES, quote } from "hodu-plugin-sdk";
import { DTYPE_OF_NAME } from "./dtypes.ts";
import type { HeaderEntry } from "./header-reader.ts";
import type { Header } from "./read-header.ts";
import { bad, type Finding, unsupported } from "./refuse.ts";

/** A tensor whose bytes are known to be there: `length` of them at `offset` of the file. */
export interface Placed {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly offset: number;
  readonly length: number;
}

/**
 * The tensors of a header, in the order of their data. These must cover the rest of the file, each byte once, and each
 * tensor as many as its dtype and shape need. Throws BAD_TENSOR_FILE, UNSUPPORTED (a dtype that is not known here).
 */
export function checkLayout(header: Header, file: string, size: number): Placed[] {
  const dataBytes = size - header.dataStart;
  let end = 0;
  const placed = inOrder(header.entries).map((entry): Placed => {
    const refuse = (field: string, found: string, expected: string): Finding => {
      const what = `tensor ${quote(entry.name)}`;
      return { what, found, expected, field: `${quote(entry.name)}.${field}`, offset: header.offsetOf(entry) };
    };
    const { name, shape, begin } = entry;
    const dtype = DTYPE_OF_NAME.get(entry.dtype);
    if (dtype === undefined) {
      throw unsupported(file, refuse("dtype", `dtype ${quote(entry.dtype)}`, `one of ${namesOfDtypes()}`));
    }
    const range = `bytes ${begin}..${entry.end}`;
    if (begin !== end || entry.end < begin) {
      throw bad(file, refuse("data_offsets", range, `to begin at ${end}, where the data before it end`));
    }
    if (entry.end > dataBytes) throw bad(file, refuse("data_offsets", range, `at most the ${dataBytes} of the file`));
    const length = bytesOf(dtype, shape);
    if (length !== entry.end - begin) {
      const needed = length === undefined ? "a whole number of bytes below 2^53" : `${length} bytes`;
      throw bad(file, refuse("data_offsets", range, `${needed} for ${entry.dtype}[${shape.join(", ")}]`));
    }
    end = entry.end;
    return { name, dtype, shape, offset: header.dataStart + begin, length };
  });
  if (end === dataBytes) return placed;
  throw bad(file, {
    found: `${dataBytes - end} bytes after the last tensor`,
    expected: "none",
    offset: header.dataStart + end,
  });
}

const namesOfDtypes = (): string => [...DTYPE_OF_NAME.keys()].join(", ");

/** By where the data begin; empty tensors before what begins there too. */
function inOrder(entries: readonly HeaderEntry[]): readonly HeaderEntry[] {
  const compare = (a: HeaderEntry, b: HeaderEntry): number => a.begin - b.begin || a.end - b.end;
  const isOrdered = entries.every((entry, i) => i === 0 || compare(entries[i - 1], entry) <= 0);
  return isOrdered ? entries : entries.toSorted(compare);
}

/** Bytes of a dense tensor; undefined when they are no whole number of bytes, or above 2^53. */
function bytesOf(dtype: DType, shape: readonly number[]): number | undefined {
  if (shape.includes(0)) return 0;
  let bits = DTYPES[dtype].bits;
  for (const dim of shape) {
    bits *= dim;
    if (!Number.isSafeInteger(bits)) return undefined;
  }
  return bits % 8 === 0 ? bits / 8 : undefined;
}
