import { type Expression, OPERATIONS } from "@hodu/core/kernel-ir";
import { probeFactor } from "../contraction/probe-factor.ts";
import type { Fusion } from "./choose-fusion.ts";
import { inlineConstant } from "./inline-constant.ts";
import { isOrdered, type ScheduledValue } from "./values.ts";

/**
 * The values with those placed within others that are nothing but a border around them: their kernels write to the buffer of the other one,
 * which is made with them. That is so for values that nothing else reads.
 */
export function placeWithin(
  values: readonly ScheduledValue[],
  fusion: Fusion,
  wanted: ReadonlySet<number>,
): readonly ScheduledValue[] {
  const placed = [...values];
  const readers = countReaders(values, fusion);
  values.forEach((value, id) => {
    if (!fusion.kept[id] || wanted.has(id) || fusion.probes[id] === undefined || value.point?.border === undefined)
      return;
    const inner = soleSource(id, fusion, readers);
    const isFree = inner !== undefined && !wanted.has(inner) && !fusion.byPosition[inner];
    if (!isFree || placed[inner].point === undefined || isOrdered(placed[inner].point)) return;
    const within = placeIn(placed, id, inner, fusion.kept);
    if (within === undefined) return;
    placed[inner] = within;
    placed[id] = { ...value, source: { kind: "step" }, isMade: true };
  });
  return placed;
}

function countReaders(values: readonly ScheduledValue[], { probes }: Fusion): readonly number[] {
  const readers = values.map(() => 0);
  for (const probe of probes) for (const { id } of probe?.reads ?? []) readers[id]++;
  return readers;
}

/** The kept value that another one reads through moves alone, if all of these have no other reader. */
function soleSource(id: number, { kept, probes }: Fusion, readers: readonly number[]): number | undefined {
  for (let at = id; ; ) {
    const probe = probes[at];
    if (probe?.reads.length !== 1 || (at !== id && (probe.operations > 0 || probe.hasFold || probe.hasChoice)))
      return undefined;
    const [{ id: read }] = probe.reads;
    if (readers[read] !== 1) return undefined;
    if (kept[read]) return read;
    at = read;
  }
}

/** A value as it lies in the buffer of the one around it; undefined where not each of its axes is one of that. */
function placeIn(
  values: readonly ScheduledValue[],
  id: number,
  innerId: number,
  kept: readonly boolean[],
): ScheduledValue | undefined {
  const [outer, inner] = [values[id], values[innerId]];
  const { begins, sizes, inner: at } = outer.point!.border!;
  if (outer.memory !== inner.memory || sizes.reduce((product, size) => product * size, 1) !== inner.elements)
    return undefined;
  const index = sizes.map(
    (size, axis): Expression => (size === 1 ? OPERATIONS.constant("index", 0) : { kind: "size", name: `i${axis}` }),
  );
  const fused = { value: (read: number) => inlineConstant(values[read]), isKept: (read: number) => kept[read] };
  const form = probeFactor(fused, (k) => at(index, k)).load?.form;
  if (form === undefined || form.constant !== 0) return undefined;
  const innerStrides = stridesOf(inner);
  const axes = sizes.map((size, axis) => {
    const stride = form.coefficients.get(`i${axis}`);
    return size === 1 ? -1 : inner.dims.findIndex((dim, own) => dim === size && innerStrides[own] === stride);
  });
  const long = sizes.filter((size) => size > 1).length;
  if (new Set(axes.filter((axis) => axis >= 0)).size !== long) return undefined;
  const last = axes.findIndex((axis) => axis >= 0 && innerStrides[axis] === 1);
  if (last < 0 || stridesOf(outer)[last] !== 1) return undefined;
  return {
    ...inner,
    within: id,
    positionOf: (own) =>
      outer.positionOf(
        begins.map((begin, axis) => (axes[axis] < 0 ? indexAt(begin) : OPERATIONS.add(own[axes[axis]], begin))),
      ),
  };
}

const indexAt = (place: number): Expression => OPERATIONS.constant("index", place);

/** How far elements next to each other along each axis lie apart. */
function stridesOf({ order, dims }: ScheduledValue): readonly number[] {
  const strides = dims.map(() => 1);
  order.reduceRight((stride, axis) => {
    strides[axis] = stride;
    return stride * dims[axis];
  }, 1);
  return strides;
}
