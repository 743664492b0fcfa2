import { type Buffer, type Expression, type LoopOptions, OPERATIONS } from "@hodu/core/kernel-ir";
import type { FusedValues } from "../contraction/fused-values.ts";
import type { Emission } from "./emission.ts";
import type { WrittenStretch } from "./stretches-of.ts";
import type { ScheduledValue } from "./values.ts";

/** A value whose elements are being written to its buffer, and how the outermost loop over them runs. */
export interface Writing {
  readonly emission: Emission;
  readonly value: ScheduledValue;
  readonly out: Buffer;
  readonly outer: LoopOptions;
  readonly fused: FusedValues;
}

/** A stretch with the dims of its elements. */
export interface SizedStretch extends WrittenStretch {
  readonly dims: readonly number[];
}

/** The position and the element at an index of a stretch. */
export function elementAt(
  { points }: Emission,
  value: ScheduledValue,
  stretch: WrittenStretch,
  index: readonly Expression[],
): readonly [position: Expression, element: Expression] {
  const { axis, start } = stretch;
  const whole = axis === undefined ? index : index.with(axis, OPERATIONS.add(index[axis], start));
  return [value.positionOf(whole), stretch.at(index, points)];
}

/** Stores what is written for `width` elements from an index on: a position and the elements from there. */
export function storeAt(
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
