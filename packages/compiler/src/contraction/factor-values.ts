import { type Expression, type Memory, OPERATIONS } from "@hodu/core/kernel-ir";
import type { ValueTable } from "../schedule/value-table.ts";
import { indexOfForm } from "./linear-form.ts";
import type { ContractionPlan, PlannedFactor } from "./plan.ts";

/** The values that hold the factors of a contraction: those that are there, or new ones, packed or to be made by a kernel before. */
export function factorValues(
  plan: ContractionPlan,
  table: ValueTable,
): { readonly wide: number; readonly narrow: number } {
  return { wide: factorValue(plan, plan.wide, table), narrow: factorValue(plan, plan.narrow, table) };
}

function factorValue(plan: ContractionPlan, { side, source }: PlannedFactor, table: ValueTable): number {
  if (source.kind === "kept") return source.id;
  const { origin } = table.values[plan.id];
  if (source.kind === "packed") {
    const { name } = table.values[source.id];
    const { of, memory, packing } = source;
    return table.add(`${name}#packed${table.values.length}`, memory, packing.sizes, {
      source: { kind: "packed", of, packing },
      origin,
    });
  }
  const { dims, name } = table.values[plan.id];
  const { axes, sums, isWide } = source;
  const own = [...axes, ...(isWide ? [plan.column] : [])];
  const extents = plan.contraction.extents.map((extent) => (extent.kind === "constant" ? Number(extent.value) : 0));
  const sizes = [
    ...axes.map((axis) => dims[axis]),
    ...sums.map((n) => extents[n]),
    ...(isWide ? [dims[plan.column]] : []),
  ];
  return table.add(`${name}#${side}${table.values.length}`, plan.contraction.scalar as Memory, sizes, {
    source: { kind: "step" },
    origin,
    op: "Copy",
    point: {
      at(index, k) {
        const places = new Map<string, Expression>();
        own.forEach((axis, i) => places.set(`i${axis}`, i < axes.length ? index[i] : index.at(-1)!));
        const zero = OPERATIONS.constant("index", 0);
        const read = plan.reading.map((form) => indexOfForm(form, (name) => places.get(name) ?? zero));
        const place = extents.map((_, n) => (sums.includes(n) ? index[axes.length + sums.indexOf(n)] : zero));
        return plan.contraction[side](read, place, k);
      },
    },
  });
}
