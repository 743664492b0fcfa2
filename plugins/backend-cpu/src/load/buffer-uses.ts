import type { ProgramPlan } from "hodu-plugin-sdk/compiler";

/** A buffer that kernels of a stretch use. */
export interface BufferUse {
  readonly buffer: number;
  readonly bytes: number;
  /** Whether it is likely to be elsewhere in every run. */
  readonly isCallers: boolean;
}

/** The buffers that the steps from `first` up to `last` use. */
export function bufferUses({ buffers, steps }: ProgramPlan, first: number, last: number): readonly BufferUse[] {
  const used = new Set<number>();
  for (const step of steps.slice(first, last))
    if (step.kind === "kernel") for (const buffer of step.buffers) used.add(buffer);
  return [...used].map((buffer) => {
    const { bytes, place } = buffers[buffer];
    const isCallers = place.kind === "input" || place.kind === "output" || place.kind === "call";
    return { buffer, bytes, isCallers };
  });
}
