import type { KernelContext, Steps } from "../../kernels/context.ts";
import { gemm } from "../../kernels/gemm.ts";
import type { Rows } from "./rows.ts";

/** How alike two vectors are. */
export interface SvmKernel {
  readonly type: "LINEAR" | "POLY" | "RBF" | "SIGMOID";
  readonly gamma: number;
  readonly offset: number;
  readonly degree: number;
}

interface Failing {
  fail(rule: string): never;
}

/** The kernel of attributes kernel_type and kernel_params (gamma, coef0, degree). */
export function kernelOf(type: string, parameters: readonly number[] | undefined, context: Failing): SvmKernel {
  if (type !== "LINEAR" && type !== "POLY" && type !== "RBF" && type !== "SIGMOID") {
    return context.fail(`kernel_type "${type}" must be LINEAR, POLY, RBF or SIGMOID`);
  }
  const [gamma = 0, offset = 0, degree = 0] = parameters ?? [];
  return { type, gamma, offset, degree };
}

/** The kernel of each row with each of `count` vectors, [rows, count]. */
export function* kernelValues(
  kernel: SvmKernel,
  rows: Rows,
  vectors: readonly number[],
  count: number,
  context: KernelContext,
): Steps<Float64Array> {
  if (vectors.length !== count * rows.columns) {
    context.fail(
      `${count} vectors for X of ${rows.columns} columns must have ${count * rows.columns} values, found ${vectors.length}`,
    );
  }
  context.reserve(8 * (vectors.length + rows.count * count));
  const points = Float64Array.from(vectors);
  const values = new Float64Array(rows.count * count);
  if (kernel.type === "RBF") yield* squaredDistances(rows, points, count, values);
  else {
    const left = { data: rows.data, offset: 0, rowStride: rows.columns, columnStride: 1 };
    const right = { data: points, offset: 0, rowStride: 1, columnStride: rows.columns };
    yield* gemm(rows.count, count, rows.columns, left, right, values, 0, count);
  }
  for (let i = 0; i < values.length; i++) values[i] = valueOf(kernel, values[i]);
  return values;
}

/** The kernel of a scalar product, or for RBF of a squared distance. */
function valueOf({ type, gamma, offset, degree }: SvmKernel, x: number): number {
  switch (type) {
    case "LINEAR":
      return x;
    case "POLY":
      return (gamma * x + offset) ** degree;
    case "RBF":
      return Math.exp(-gamma * x);
    case "SIGMOID":
      return Math.tanh(gamma * x + offset);
    default:
      return type satisfies never;
  }
}

/** Differences are squared one by one: |a|^2 - 2 ab + |b|^2 would cancel. */
function* squaredDistances(rows: Rows, points: Float64Array, count: number, values: Float64Array): Steps<void> {
  const { columns, data } = rows;
  let work = 0;
  for (let row = 0; row < rows.count; row++) {
    for (let i = 0; i < count; i++) {
      let sum = 0;
      for (let j = 0; j < columns; j++) {
        const difference = data[row * columns + j] - points[i * columns + j];
        sum += difference * difference;
      }
      values[row * count + i] = sum;
      work += columns;
      if (work < 1 << 21) continue;
      work = 0;
      yield undefined;
    }
  }
}
