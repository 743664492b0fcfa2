import {
  elementCount,
  formatType,
  type MapValue,
  type SequenceValue,
  type Tensor,
  typeOfValue,
  type Value,
} from "@hodu/core";
import { escapeName } from "../terminal/escape.ts";
import { formatTop, hasTop, type TopOptions } from "./format-top.ts";
import { type ElementFormat, formatElements, summarize } from "./format-elements.ts";

/** Tensors up to this many elements are shown whole, larger ones by their corners. */
const WHOLE_ELEMENTS = 100;
/** Elements at each end of an axis that a corner has. */
const EDGE = 3;
/** Items of a sequence or map that are shown. */
const ITEMS = 10;

/**
 * What a person sees of a named value: type and summary on a line, then the elements, or with `top` the largest of them.
 * No line is longer than `columns` if that can be.
 */
export function formatNamed(name: string, value: Value, columns: number, top?: TopOptions): string[] {
  const head = `${escapeName(name)}: ${formatType(typeOfValue(value))}`;
  const body =
    top !== undefined && value.kind === "tensor" && hasTop(value)
      ? formatTop(value, top, columns - 2)
      : formatValue(value, columns - 2);
  if (value.kind !== "tensor") return [head, ...indent(body)];
  if (value.shape.length === 0) return [`${head} = ${body[0]}`];
  if (elementCount(value.shape) === 0) return [`${head} (no elements)`];
  const summary = summarize(value);
  return [summary === "" ? head : `${head}  ${summary}`, ...indent(body)];
}

const indent = (lines: readonly string[], by = "  "): string[] => lines.map((line) => `${by}${line}`);

function formatValue(value: Value, columns: number): string[] {
  switch (value.kind) {
    case "tensor":
      return formatTensor(value, columns);
    case "sequence":
      return formatSequence(value, columns);
    case "optional":
      return value.value === undefined ? ["(empty)"] : formatValue(value.value, columns);
    case "map":
      return formatMap(value, columns);
  }
}

function formatSequence({ items }: SequenceValue, columns: number): string[] {
  if (items.length === 0) return ["(no items)"];
  return formatItems(
    items.slice(0, ITEMS).map((item, i) => formatNamed(`[${i}]`, item, columns)),
    items.length,
  );
}

function formatMap({ keys, values }: MapValue, columns: number): string[] {
  if (keys.length === 0) return ["(no keys)"];
  return formatItems(
    values.slice(0, ITEMS).map((value, i) => formatNamed(String(keys[i]), value, columns)),
    keys.length,
  );
}

function formatItems(shown: readonly string[][], total: number): string[] {
  const rest = total - shown.length;
  return rest === 0 ? shown.flat() : [...shown.flat(), `... and ${rest} more`];
}

/** Nested brackets as in numpy; `...` for what is left out. */
function formatTensor(tensor: Tensor, columns: number): string[] {
  const { shape } = tensor;
  const count = elementCount(shape);
  if (count === 0) return ["[]"];
  const kept = shape.map((dim) => keptIndices(dim, count > WHOLE_ELEMENTS));
  const format = formatElements(tensor, positionsOf(shape, kept));
  if (shape.length === 0) return [format.text.get(0)!];
  return formatAxis({ shape, kept, format, columns }, 0, 0);
}

/** Indices of an axis that are shown; "gap" stands for the others. */
function keptIndices(dim: number, corners: boolean): (number | "gap")[] {
  const all = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);
  if (!corners || dim <= 2 * EDGE) return all(0, dim);
  return [...all(0, EDGE), "gap", ...all(dim - EDGE, dim)];
}

function positionsOf(shape: readonly number[], kept: readonly (readonly (number | "gap")[])[]): number[] {
  let positions = [0];
  shape.forEach((dim, axis) => {
    const indices = kept[axis].filter((index) => index !== "gap");
    positions = positions.flatMap((position) => indices.map((index) => position * dim + index));
  });
  return positions;
}

interface Layout {
  readonly shape: readonly number[];
  readonly kept: readonly (readonly (number | "gap")[])[];
  readonly format: ElementFormat;
  readonly columns: number;
}

function formatAxis(layout: Layout, axis: number, base: number): string[] {
  const { shape, kept } = layout;
  const at = (index: number): number => base * shape[axis] + index;
  if (axis === shape.length - 1) {
    return formatRow(
      layout,
      kept[axis].map((index) => (index === "gap" ? index : at(index))),
    );
  }
  const lines: string[] = [];
  kept[axis].forEach((index, i) => {
    const block = index === "gap" ? ["..."] : formatAxis(layout, axis + 1, at(index));
    const isLast = i === kept[axis].length - 1;
    block.forEach((line, j) => {
      const open = i === 0 && j === 0 ? "[" : " ";
      const close = j < block.length - 1 ? "" : isLast ? "]" : index === "gap" ? "" : ",";
      lines.push(`${open}${line}${close}`);
    });
  });
  return lines;
}

/** One row of elements, broken where the line is full. */
function formatRow({ shape, format, columns }: Layout, positions: readonly (number | "gap")[]): string[] {
  const width = columns - 2 * shape.length;
  const lines: string[] = [];
  let line = "[";
  positions.forEach((position, i) => {
    const text = position === "gap" ? "..." : pad(format, format.text.get(position)!);
    const piece = i === positions.length - 1 ? `${text}]` : `${text},`;
    if (line.length > 1 && line.length + 1 + piece.length > width) {
      lines.push(line);
      line = ` ${piece}`;
    } else line += line.length > 1 ? ` ${piece}` : piece;
  });
  return [...lines, line];
}

const pad = ({ width, alignRight }: ElementFormat, text: string): string => (alignRight ? text.padStart(width) : text);
