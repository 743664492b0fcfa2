import type { Steps } from "../kernels/context.ts";

/** Runs a kernel to its end in one go; undefined when it waits for something or takes more than `maxSteps` steps. */
export function finishAtOnce<Result>(steps: Steps<Result>, maxSteps: number): Result | undefined {
  for (let taken = 0; taken < maxSteps; taken++) {
    const step = steps.next();
    if (step.done) return step.value;
    if (step.value !== undefined) return undefined;
  }
  return undefined;
}
