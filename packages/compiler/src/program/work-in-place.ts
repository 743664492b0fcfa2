import type { Kernel } from "@hodu/core/kernel-ir";
import type { ScheduleStep } from "../schedule/types.ts";
import { filledInPlace } from "./filled-in-place.ts";
import type { Lifetime } from "./plan-arena.ts";
import { shareBuffer } from "./share-buffer.ts";

/** Steps of which some work in place. */
export interface InPlace {
  readonly steps: readonly ScheduleStep[];
  /** By number of a buffer in the arena: the one whose memory it takes, which takes that of no other. */
  readonly owners: ReadonlyMap<number, number>;
}

type KernelStep = Extract<ScheduleStep, { kind: "kernel" }>;

/**
 * Lets kernels work in place where that is safe: a result takes the memory of a buffer that nothing reads afterwards, and which the kernel
 * reads only to make the same element of the result. `lifetimes` are those of the buffers in the arena, the only ones that are shared.
 */
export function workInPlace(steps: readonly ScheduleStep[], lifetimes: ReadonlyMap<number, Lifetime>): InPlace {
  const owners = new Map<number, number>();
  const shared = steps.map((step, at): ScheduleStep => {
    if (step.kind === "call") return step;
    const pair = pairIn(step, at, lifetimes);
    if (pair === undefined) return step;
    const { from, to, kernel } = pair;
    const [ended, made] = [step.buffers[from], step.buffers[to]];
    owners.set(made, owners.get(ended) ?? ended);
    return { ...step, kernel, buffers: step.buffers.toSpliced(from, 1) };
  });
  return { steps: shared, owners };
}

/** A buffer that ends with a step and the one that begins in its place, by number in the kernel, and the kernel that works so. */
function pairIn(
  { kernel, buffers }: KernelStep,
  at: number,
  lifetimes: ReadonlyMap<number, Lifetime>,
): { readonly from: number; readonly to: number; readonly kernel: Kernel } | undefined {
  const numbers = [...buffers.keys()].filter((i) => lifetimes.has(buffers[i]));
  const results = numbers.filter((i) => lifetimes.get(buffers[i])!.first === at);
  const ended = numbers.filter((i) => {
    const { first, last } = lifetimes.get(buffers[i])!;
    return kernel.buffers[i].access === "read" && first < at && last === at;
  });
  for (const to of results)
    for (const from of ended) {
      const filled = filledInPlace(kernel, kernel.buffers[from], kernel.buffers[to]);
      if (filled === undefined) continue;
      return { from, to, kernel: shareBuffer(kernel, kernel.buffers[from].name, kernel.buffers[to].name, filled) };
    }
  return undefined;
}
