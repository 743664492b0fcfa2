import type { Buffer, Expression, Operand } from "@hodu/core/kernel-ir";
import type { Emission } from "./emission.ts";
import type { ScheduledValue } from "./values.ts";

/** Writes the updates of a value whose elements are in `out`, one after another. */
export function writeUpdates(emission: Emission, target: ScheduledValue, out: Buffer): void {
  const updates = target.point!.updates!;
  eachIndex(emission, updates.extents, [], (index) => {
    const { builder } = emission;
    const { place, value } = updates.at(index, emission.points);
    const position = target.positionOf(place);
    builder.store(
      out,
      position,
      value(() => builder.let(emission.name("old"), builder.load(out, position))),
    );
  });
}

function eachIndex(
  emission: Emission,
  [extent, ...rest]: readonly Operand[],
  index: readonly Expression[],
  write: (index: readonly Expression[]) => void,
): void {
  if (extent === undefined) return emission.inside(1, () => write(index));
  return emission.builder.loop(emission.name("u"), extent, (i) =>
    emission.inside(1, () => eachIndex(emission, rest, [...index, i], write)),
  );
}
