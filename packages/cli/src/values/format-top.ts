import { DTYPES, doubles, elementCount, type Tensor } from "@hodu/core";
import { escapeLine } from "../terminal/escape.ts";
import { formatTable } from "../terminal/table.ts";
import { formatElements, shortNumber } from "./format-elements.ts";

/** Rows of a tensor whose largest elements are shown. */
const MAX_ROWS = 10;

/** Which elements stand out, and what they are called. */
export interface TopOptions {
  readonly count: number;
  /** By index along the last axis; empty where there are none. */
  readonly labels: readonly string[];
}

/** Whether a tensor has an axis to find the largest elements of: real numbers, at least two in a row. */
export function hasTop({ dtype, shape }: Tensor): boolean {
  const { kind } = DTYPES[dtype];
  return (kind === "float" || kind === "int" || kind === "uint") && (shape.at(-1) ?? 0) > 1 && elementCount(shape) > 0;
}

/** The largest elements along the last axis, each with its index and label, the largest first; NaN is never one of them. */
export function formatTop(tensor: Tensor, { count, labels }: TopOptions, columns: number): string[] {
  const width = tensor.shape[tensor.shape.length - 1];
  const values = doubles(tensor);
  const rows = values.length / width;
  const lines: string[] = [];
  for (let row = 0; row < Math.min(rows, MAX_ROWS); row++) {
    if (rows > 1) lines.push(`[${indexOf(row, tensor.shape.slice(0, -1)).join(", ")}]`);
    const best = largest(values.subarray(row * width, (row + 1) * width), count);
    const text = textsOf(
      tensor,
      values,
      best.map((index) => row * width + index),
    );
    const cells = best.map((index, i) => [
      String(index),
      text[i],
      ...(labels.length === 0 ? [] : [escapeLine(labels[index] ?? "")]),
    ]);
    const heads = [{ title: "", align: "right" }, { title: "", align: "right" }, { title: "" }] as const;
    lines.push(...formatTable(heads.slice(0, labels.length === 0 ? 2 : 3), cells, columns).slice(1));
  }
  return rows <= MAX_ROWS ? lines : [...lines, `... and ${rows - MAX_ROWS} more rows`];
}

/** The elements at some positions: floats to five digits, integers exact. */
function textsOf(tensor: Tensor, values: Float64Array, positions: readonly number[]): string[] {
  if (DTYPES[tensor.dtype].kind === "float") return positions.map((position) => shortNumber(values[position]));
  const { text } = formatElements(tensor, positions);
  return positions.map((position) => text.get(position) ?? "");
}

/** Indices of the largest values in falling order, the first of equal ones first. */
function largest(values: Float64Array, count: number): number[] {
  const best: number[] = [];
  values.forEach((value, index) => {
    if (Number.isNaN(value) || (best.length === count && value <= values[best[count - 1]])) return;
    const place = best.findIndex((other) => values[other] < value);
    best.splice(place === -1 ? best.length : place, 0, index);
    if (best.length > count) best.pop();
  });
  return best;
}

/** The index of a row among all, along the leading axes. */
function indexOf(row: number, shape: readonly number[]): number[] {
  const index: number[] = [];
  let rest = row;
  for (const dim of shape.toReversed()) {
    index.unshift(rest % dim);
    rest = Math.floor(rest / dim);
  }
  return index;
}
