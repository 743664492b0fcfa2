import { type Buffer, type Expression, type KernelBuilder, OPERATIONS } from "@hodu/core/kernel-ir";
import type { ScheduledValue } from "./values.ts";

/** Numbers stored side by side. */
const LANES = 8;

/** Writes the number around what lies within a value: for each axis what comes before and after it. */
export function writeBorder(builder: KernelBuilder, out: Buffer, value: ScheduledValue): void {
  const { begins, sizes } = value.point!.border!;
  value.dims.forEach((dim, axis) => {
    const end = begins[axis] + sizes[axis];
    writeFill(builder, out, value, axis, 0, begins[axis]);
    writeFill(builder, out, value, axis, end, dim - end);
  });
}

/** The number at `count` places of an axis from `first` on, along all others. */
function writeFill(
  builder: KernelBuilder,
  out: Buffer,
  value: ScheduledValue,
  cut: number,
  first: number,
  count: number,
): void {
  const index = value.dims.map((): Expression => OPERATIONS.constant("index", 0));
  const extent = (axis: number): Expression | number => (axis === cut ? count : value.extents[axis]);
  const start = (axis: number): number => (axis === cut ? first : 0);
  const write = ([axis, ...rest]: readonly number[]): void => {
    const isLast = rest.length === 0;
    builder.loop(
      "z",
      extent(axis),
      (i, lanes) => {
        index[axis] = OPERATIONS.add(i, start(axis));
        if (!isLast) return write(rest);
        const fill = OPERATIONS.constant(value.scalar, value.point!.border!.fill);
        return builder.store(out, value.positionOf(index), OPERATIONS.broadcast(fill, lanes));
      },
      { lanes: isLast && (axis === cut ? count : value.dims[axis]) >= LANES ? LANES : 1 },
    );
  };
  if (count > 0) write(value.order);
}
