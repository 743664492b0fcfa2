import type { Stretch } from "@hodu/core";
import { type Buffer, type Expression, OPERATIONS, SCALARS } from "@hodu/core/kernel-ir";
import type { Fusion } from "./choose-fusion.ts";
import { Emission } from "./emission.ts";
import { PARALLEL_ELEMENTS } from "./limits.ts";
import { openKernel, type WrittenKernel } from "./open-kernel.ts";
import { isOrdered, type ScheduledValue } from "./values.ts";
import { writeUpdates } from "./write-updates.ts";

/** Writes the kernel that fills the buffer of a value, with all that is fused into it. */
export function writeKernel(
  name: string,
  id: number,
  values: readonly ScheduledValue[],
  fusion: Pick<Fusion, "kept" | "probes">,
  vectorBytes: number,
): WrittenKernel {
  const { probes } = fusion;
  const open = openKernel(name, id, values, fusion);
  const lanes = lanesFor(open.fused, values, probes, vectorBytes);
  const emission = new Emission(open.builder, open.reading, lanes);
  const work = values[id].elements * (probes[id]?.work ?? 1);
  writeLoops(emission, values[id], open.out, work >= PARALLEL_ELEMENTS && !isOrdered(values[id].point));
  if (values[id].point?.updates !== undefined) writeUpdates(emission, values[id], open.out);
  return open.close();
}

/** Elements of the widest type in the kernel that fill a vector; 1 for no vectors. */
function lanesFor(
  fused: readonly number[],
  values: readonly ScheduledValue[],
  probes: Fusion["probes"],
  vectorBytes: number,
): number {
  const all = fused.flatMap((part) => [part, ...(probes[part]?.reads ?? []).map((read) => read.id)]);
  const widest = Math.max(...all.map((part) => Math.max(8, SCALARS[values[part].scalar].bits) / 8));
  return Math.max(1, Math.floor(vectorBytes / widest));
}

/** One loop over all elements where positions serve, else one for each dim; by vectors where elements lie side by side. */
function writeLoops(emission: Emission, value: ScheduledValue, out: Buffer, isParallel: boolean): void {
  const { point, elements } = value;
  const kind = isParallel ? "parallel" : "serial";
  const lanes = emission.vectorLanes;
  const flat = (by: number) =>
    emission.builder.loop(
      emission.name("i"),
      elements,
      (i, width) => storeAt(emission, out, i, width, (lane) => [lane, point!.atPosition!(lane, emission.points)]),
      { kind, lanes: by },
    );
  const isDense = value.within === undefined && value.order.every((axis, i) => axis === i);
  const isFlat = point!.atPosition !== undefined && isDense;
  if (isFlat && elements >= lanes && lanes > 1 && emission.canVectorize(() => flat(lanes))) return flat(lanes);
  for (const stretch of stretchesOf(value)) writeStretch(emission, value, out, stretch, kind);
}

/** Elements of a value that are written by loops of their own: from `start` of an axis on; all of them without one. */
interface WrittenStretch extends Stretch {
  readonly axis: number | undefined;
  readonly start: number;
}

function stretchesOf({ point, elements }: ScheduledValue): readonly WrittenStretch[] {
  const { stretches } = point!;
  if (stretches === undefined)
    return [{ axis: undefined, start: 0, length: elements, at: (...at) => point!.at(...at) }];
  let start = 0;
  return stretches.parts.map((part) => {
    start += part.length;
    return { axis: stretches.axis, start: start - part.length, length: part.length, at: (...at) => part.at(...at) };
  });
}

/** One loop for each dim, the last by vectors where elements lie side by side. */
function writeStretch(
  emission: Emission,
  value: ScheduledValue,
  out: Buffer,
  stretch: WrittenStretch,
  kind: "parallel" | "serial",
): void {
  if (stretch.length === 0) return;
  const lanes = emission.vectorLanes;
  const dims = stretch.axis === undefined ? value.dims : value.dims.with(stretch.axis, stretch.length);
  const axis = value.order.findLast((each) => value.dims[each] !== 1);
  const inner = axis === undefined || axis < (value.point!.inOrder ?? 0) ? 1 : dims[axis];
  const write = (by: number) => writeDims(emission, value, out, { ...stretch, dims }, kind, by);
  const isVector = lanes > 1 && inner >= lanes && emission.canVectorize(() => write(lanes));
  write(isVector ? lanes : 1);
}

/** Loops over the dims; the last that is not 1 by vectors, the first in parallel. */
function writeDims(
  emission: Emission,
  value: ScheduledValue,
  out: Buffer,
  stretch: WrittenStretch & { readonly dims: readonly number[] },
  kind: "parallel" | "serial",
  lanes: number,
): void {
  const { axis: along, start, dims } = stretch;
  const zero = OPERATIONS.constant("index", 0);
  const axes = value.order.filter((axis) => value.dims[axis] !== 1);
  const index: Expression[] = value.shape.map(() => zero);
  const element = (): readonly [Expression, Expression] => [
    value.positionOf(along === undefined ? index : index.with(along, OPERATIONS.add(index[along], start))),
    stretch.at([...index], emission.points),
  ];
  const write = (depth: number): void => {
    if (depth === axes.length) return storeAt(emission, out, zero, 1, element);
    const axis = axes[depth];
    const isLast = depth === axes.length - 1;
    emission.builder.loop(
      emission.name("i"),
      dims[axis],
      (i, by) => {
        index[axis] = i;
        if (!isLast) emission.inside(1, () => write(depth + 1));
        else
          storeAt(emission, out, i, by, (lane) => {
            index[axis] = lane;
            return element();
          });
      },
      { kind: depth === 0 ? kind : "serial", lanes: isLast ? lanes : 1 },
    );
  };
  write(0);
}

/** Stores what is written for `width` elements from an index on: a position and the elements from there. */
function storeAt(
  emission: Emission,
  out: Buffer,
  first: Expression,
  width: number,
  element: (lane: Expression) => readonly [position: Expression, value: Expression],
): void {
  emission.inside(1, () =>
    emission.vector(first, width, (lane) => {
      const [position, value] = element(lane);
      emission.builder.store(out, emission.lane(position).first, emission.wide(value));
    }),
  );
}
