import { type PointProbe, probePoint } from "./probe-point.ts";
import type { ScheduledValue } from "./values.ts";

/** Probes by value: a point is looked at once. */
const probes = new WeakMap<ScheduledValue, PointProbe>();

/** What an element of a value with a point takes. */
export function probeOf(values: readonly ScheduledValue[], value: ScheduledValue): PointProbe {
  const known = probes.get(value) ?? probePoint(values, value);
  probes.set(value, known);
  return known;
}

/** Operators with channels on axis 1: a Transpose that only these read is how they see a value, and no form to keep it in. */
const CHANNELS_FIRST: ReadonlySet<string> = new Set(
  `AveragePool BatchNormalization Conv ConvInteger ConvTranspose DepthToSpace GlobalAveragePool GlobalMaxPool GroupNormalization
  InstanceNormalization LRN LpPool MaxPool QLinearConv SpaceToDepth`.split(/\s+/),
);

/**
 * Values that are sums of products, or made of one that nothing else reads, element by element: what follows a sum belongs into its kernel,
 * so where one of these is wanted more than once it is kept, in the form that it has there.
 */
export function endsOfSums(values: readonly ScheduledValue[], wanted: ReadonlySet<number>): ReadonlySet<number> {
  const readers = values.map(() => 0);
  const isView = values.map(({ op }) => op === "Transpose");
  for (const value of values)
    if (value.point !== undefined)
      for (const { id } of probeOf(values, value).reads) {
        readers[id]++;
        isView[id] &&= CHANNELS_FIRST.has(value.op);
      }
  const ends = new Set<number>();
  values.forEach((value, id) => {
    if (value.point === undefined || (isView[id] && readers[id] > 0)) return;
    const { reads } = probeOf(values, value);
    const follows = reads.some(
      (read) =>
        ends.has(read.id) &&
        !wanted.has(read.id) &&
        !read.byPosition &&
        readers[read.id] === 1 &&
        value.elements * read.repeats <= values[read.id].elements,
    );
    if (follows || value.point.contraction !== undefined) ends.add(id);
  });
  return ends;
}
