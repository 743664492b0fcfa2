import { type Expression, newKernel, OPERATIONS, operandsOf, type Statement } from "@hodu/core/kernel-ir";
import { type LinearForm, linearForm } from "../contraction/linear-form.ts";
import type { Fusion } from "./choose-fusion.ts";
import { Emission } from "./emission.ts";
import { inlineConstant } from "./inline-constant.ts";
import { inOrder, isOrdered, type ScheduledValue } from "./values.ts";

/**
 * The values with their buffers laid out: one that only kernels read, by index, has its axes in the order of what most of it is made of, so
 * that a border around channels that are last keeps them last.
 */
export function layOutValues(
  values: readonly ScheduledValue[],
  { kept, probes, byPosition }: Fusion,
  wanted: ReadonlySet<number>,
): readonly ScheduledValue[] {
  const laidOut = [...values];
  values.forEach((value, id) => {
    const isFree = kept[id] && value.point !== undefined && !wanted.has(id) && !byPosition[id];
    if (!isFree || probes[id] === undefined || value.dims.length < 2 || isOrdered(value.point)) return;
    if (value.point?.attention !== undefined) return;
    const order = orderOf(value, laidOut, kept);
    if (order !== undefined) laidOut[id] = inOrder(value, order);
  });
  return laidOut;
}

/** The axes of a value by how far elements next to each other lie apart in the largest buffer that it reads; undefined for their own order. */
function orderOf(
  value: ScheduledValue,
  values: readonly ScheduledValue[],
  kept: readonly boolean[],
): readonly number[] | undefined {
  const builder = newKernel("probe");
  const lengths = new Map<string, number>();
  const reading = {
    value: (id: number) => inlineConstant(values[id]),
    buffer(id: number) {
      if (!kept[id]) return undefined;
      const buffer = builder.input("b", values[id].memory, values[id].elements);
      lengths.set(buffer.name, values[id].elements);
      return buffer;
    },
  };
  const emission = new Emission(builder, reading, 1);
  const index = value.dims.map((_, axis): Expression => ({ kind: "size", name: `i${axis}` }));
  builder.let("result", value.point!.at(index, emission.points));
  const [largest] = loadsIn(builder.build().body).toSorted((a, b) => lengths.get(b.buffer)! - lengths.get(a.buffer)!);
  const form = largest && linearForm(atFirstTurn(largest.index));
  return form && orderBy(value.dims, form);
}

/** An index inside of loops, such as those over a window, where all of them begin. */
function atFirstTurn(index: Expression): Expression {
  if (index.kind === "local") return OPERATIONS.constant("index", 0);
  if (index.kind !== "binary") return index;
  return { ...index, left: atFirstTurn(index.left), right: atFirstTurn(index.right) };
}

function orderBy(dims: readonly number[], { coefficients }: LinearForm): readonly number[] | undefined {
  const long = dims.flatMap((dim, axis) => (dim > 1 ? [axis] : []));
  const stride = (axis: number): number => coefficients.get(`i${axis}`) ?? 0;
  if (long.some((axis) => stride(axis) <= 0)) return undefined;
  const sorted = long.toSorted((a, b) => stride(b) - stride(a));
  return sorted.every((axis, i) => axis === long[i])
    ? undefined
    : dims.map((dim, axis) => (dim > 1 ? sorted.shift()! : axis));
}

type Load = Extract<Expression, { kind: "load" }>;

function loadsIn(body: readonly Statement[]): readonly Load[] {
  return body.flatMap((statement) => {
    if (statement.kind === "for") return loadsIn(statement.body);
    if (statement.kind === "if") return loadsIn([...statement.yes, ...statement.no]);
    return "value" in statement ? loadsOf(statement.value) : [];
  });
}

const loadsOf = (expression: Expression): readonly Load[] => [
  ...(expression.kind === "load" ? [expression] : []),
  ...operandsOf(expression).flatMap(loadsOf),
];
