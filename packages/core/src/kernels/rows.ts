import { elementCount, type Tensor, transposed } from "../tensors/tensor.ts";
import type { KernelContext, Steps } from "./context.ts";
import { CHUNK } from "./elementwise.ts";
import { bigintsOf, numbersOf } from "./read-numbers.ts";

/** A tensor's values as `count` rows of `length` values each, row after row. */
export interface Rows<Element> {
  readonly data: { readonly [i: number]: Element };
  readonly count: number;
  readonly length: number;
  /** The axes of the tensor in the order in which `data` has them: those that tell rows apart, then those of a row. */
  readonly order: readonly number[];
  /** The tensor's shape in that order. */
  readonly shape: readonly number[];
}

/** Rows along the given distinct axes (non-negative) of a tensor whose elements are numbers. */
export function* rowsOf(x: Tensor, axes: readonly number[], context: KernelContext): Steps<Rows<number>> {
  const { view, ...rows } = arrange(x, axes);
  return { ...rows, data: yield* numbersOf(view, context) };
}

/** The same for i64 and u64. */
export function* bigRowsOf(x: Tensor, axes: readonly number[], context: KernelContext): Steps<Rows<bigint>> {
  const { view, ...rows } = arrange(x, axes);
  return { ...rows, data: yield* bigintsOf(view, context) };
}

function arrange(x: Tensor, axes: readonly number[]) {
  const inRow = [...axes].sort((a, b) => a - b);
  const order = [...x.shape.keys()].filter((axis) => !axes.includes(axis)).concat(inRow);
  const view = transposed(x, order);
  const { shape } = view;
  const lead = shape.length - inRow.length;
  return { view, order, shape, count: elementCount(shape.slice(0, lead)), length: elementCount(shape.slice(lead)) };
}

/** A tensor in the order of `rows` as a view in the order of the tensor that the rows came from. */
export function inOriginalOrder(tensor: Tensor, rows: Pick<Rows<unknown>, "order">): Tensor {
  const inverse: number[] = [];
  rows.order.forEach((axis, i) => {
    inverse[axis] = i;
  });
  return transposed(tensor, inverse);
}

/** totals[row] = step(totals[row], x, row, column) for each x of each row, from left to right. */
export function* foldRows<Element, Total>(
  rows: Rows<Element>,
  totals: { [row: number]: Total },
  step: (total: Total, x: Element, row: number, column: number) => Total,
): Steps<void> {
  const { data, count, length } = rows;
  let work = 0;
  for (let row = 0; row < count; row++) {
    const start = row * length;
    let total = totals[row];
    for (let column = 0; column < length; ) {
      const stop = Math.min(length, column + CHUNK);
      work += stop - column;
      for (; column < stop; column++) total = step(total, data[start + column], row, column);
      if (work >= CHUNK) {
        work = 0;
        yield undefined;
      }
    }
    totals[row] = total;
    work++;
  }
}

/** target[i] = value(x, row, column) for each x of each row, from left to right; `target` is in the order of `rows`. */
export function* writeRows<Element>(
  rows: Rows<Element>,
  target: { [i: number]: Element },
  value: (x: Element, row: number, column: number) => Element,
): Steps<void> {
  const { data, count, length } = rows;
  let work = 0;
  for (let row = 0; row < count; row++) {
    const start = row * length;
    for (let column = 0; column < length; ) {
      const stop = Math.min(length, column + CHUNK);
      work += stop - column;
      for (; column < stop; column++) target[start + column] = value(data[start + column], row, column);
      if (work >= CHUNK) {
        work = 0;
        yield undefined;
      }
    }
    work++;
  }
}
