import type { Stretch } from "@hodu/core";
import type { ScheduledValue } from "./values.ts";

/** Elements of a value that are written by loops of their own: from `start` of an axis on; all of them without one. */
export interface WrittenStretch extends Stretch {
  readonly axis: number | undefined;
  readonly start: number;
}

/** The stretches of a value, one after another: the value itself if it has none. */
export function stretchesOf({ point, elements }: ScheduledValue): readonly WrittenStretch[] {
  const { stretches } = point!;
  if (stretches === undefined)
    return [{ axis: undefined, start: 0, length: elements, at: (...at) => point!.at(...at) }];
  let start = 0;
  return stretches.parts.map((part) => {
    start += part.length;
    return { axis: stretches.axis, start: start - part.length, length: part.length, at: (...at) => part.at(...at) };
  });
}
