import { type Expression, OPERATIONS, SCALARS } from "@hodu/core/kernel-ir";
import type { Fusion } from "./choose-fusion.ts";
import { Emission } from "./emission.ts";
import { PARALLEL_ELEMENTS } from "./limits.ts";
import { openKernel, type WrittenKernel } from "./open-kernel.ts";
import { outerLoop } from "./program-size.ts";
import { stretchesOf, type WrittenStretch } from "./stretches-of.ts";
import type { ScheduleTarget } from "./types.ts";
import { isOrdered, type ScheduledValue } from "./values.ts";
import { blockAxes, writeBlocks } from "./write-blocks.ts";
import { elementAt, type SizedStretch, storeAt, type Writing } from "./writing.ts";
import { writeUpdates } from "./write-updates.ts";

/** Writes the kernel that fills the buffer of a value, with all that is fused into it. */
export function writeKernel(
  name: string,
  id: number,
  values: readonly ScheduledValue[],
  fusion: Pick<Fusion, "kept" | "probes">,
  { vectorBytes, standIn }: Pick<ScheduleTarget, "vectorBytes" | "standIn">,
): WrittenKernel {
  const { kept, probes } = fusion;
  const open = openKernel(name, id, values, fusion);
  const lanes = lanesFor(open.fused, values, probes, vectorBytes);
  const emission = new Emission(open.builder, open.reading, lanes);
  const work = values[id].elements * (probes[id]?.work ?? 1);
  const fused = { value: (read: number) => open.reading.value(read), isKept: (read: number) => kept[read] };
  const value = values[id];
  const outer = isOrdered(value.point) ? {} : outerLoop(value.length, work, PARALLEL_ELEMENTS, standIn);
  writeLoops({ emission, value, out: open.out, outer, fused });
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
function writeLoops(writing: Writing): void {
  const { emission, value, out, outer } = writing;
  const { point, elements, length } = value;
  const lanes = emission.vectorLanes;
  const flat = (by: number) =>
    emission.builder.loop(
      emission.name("i"),
      length,
      (i, width) => storeAt(emission, out, i, width, (lane) => [lane, point!.atPosition!(lane, emission.points)]),
      { ...outer, lanes: by },
    );
  const isDense = value.within === undefined && value.order.every((axis, i) => axis === i);
  const isFlat = point!.atPosition !== undefined && isDense;
  if (isFlat && elements >= lanes && lanes > 1 && emission.canVectorize(() => flat(lanes))) return flat(lanes);
  for (const stretch of stretchesOf(value)) writeStretch(writing, stretch);
}

/** One loop for each dim, the last by vectors where elements lie side by side; by blocks where they do along another one. */
function writeStretch(writing: Writing, stretch: WrittenStretch): void {
  const { emission, value } = writing;
  if (stretch.length === 0) return;
  const lanes = emission.vectorLanes;
  const dims = stretch.axis === undefined ? value.dims : value.dims.with(stretch.axis, stretch.length);
  const axis = value.order.findLast((each) => value.dims[each] !== 1);
  const inner = axis === undefined || axis < (value.point!.inOrder ?? 0) ? 1 : dims[axis];
  const write = (by: number) => writeDims(writing, { ...stretch, dims }, by);
  const isVector = lanes > 1 && inner >= lanes && emission.canVectorize(() => write(lanes));
  if (isVector) return write(lanes);
  const blocks = blockAxes(writing, { ...stretch, dims }, axis);
  if (blocks === undefined) write(1);
  else writeBlocks(writing, { ...stretch, dims }, blocks);
}

/** Loops over the dims; the last that is not 1 by vectors, the first in parallel. */
function writeDims({ emission, value, out, outer }: Writing, stretch: SizedStretch, lanes: number): void {
  const zero = OPERATIONS.constant("index", 0);
  const axes = value.order.filter((axis) => value.dims[axis] !== 1);
  const index: Expression[] = value.shape.map(() => zero);
  const write = (depth: number): void => {
    if (depth === axes.length)
      return storeAt(emission, out, zero, 1, () => elementAt(emission, value, stretch, [...index]));
    const axis = axes[depth];
    const isLast = depth === axes.length - 1;
    emission.builder.loop(
      emission.name("i"),
      axis === stretch.axis ? stretch.length : value.extents[axis],
      (i, by) => {
        index[axis] = i;
        if (!isLast) emission.inside(1, () => write(depth + 1));
        else storeAt(emission, out, i, by, (lane) => elementAt(emission, value, stretch, index.with(axis, lane)));
      },
      { ...(depth === 0 && outer), lanes: isLast ? lanes : 1 },
    );
  };
  write(0);
}
