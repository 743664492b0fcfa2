import { HoduError } from "hodu-plugin-sdk";
import type { ProgramPlan } from "hodu-plugin-sdk/compiler";
import type { KernelCode, PhaseCode } from "../code/compiled-code.ts";
import { MAX_TURNS } from "../code/limits.ts";
import { turnsAt } from "../code/turns.ts";
import type { PhasePlan, StepPlan } from "../threads/kernel-thread.ts";

/** Operations in a millisecond at least, in code that the engine has not optimised yet, and bytes read or written. */
const FLOPS_PER_MS = 2_000_000;
const BYTES_PER_MS = 8_000_000;

/** Turns are taken in ranges of at most this long: between two a run can be ended, and threads see who is free. */
const RANGE_MS = 2;

/** A phase shorter than this is not worth waking a thread for. */
const WIDE_MS = 0.02;

/** Ranges for each thread, so that one that is late does not keep the others waiting. */
const RANGES_PER_THREAD = 4;

/** A step with the milliseconds that it takes at most, in code that is not optimised yet. */
export interface EstimatedStep extends StepPlan {
  readonly estimate: number;
}

/** The steps of a program as threads run them. */
export function planSteps(
  { steps, buffers, size = 1 }: ProgramPlan,
  kernels: readonly KernelCode[],
  threads: number,
): readonly EstimatedStep[] {
  return steps.map((step): EstimatedStep => {
    if (step.kind === "call") return { buffers: [], sizes: [], phases: [], estimate: 0 };
    const bytes = step.buffers.reduce((sum, buffer) => sum + buffers[buffer].bytes, 0);
    const estimate = step.flops / FLOPS_PER_MS + bytes / BYTES_PER_MS;
    const { phases, isSized } = kernels[step.kernel];
    const plan = ({ name, turns: given }: PhaseCode): PhasePlan => {
      const turns = given && turnsAt(given, size);
      if (turns !== undefined && !(turns <= MAX_TURNS)) throw tooManyTurns(turns);
      const isWide = estimate > WIDE_MS && (turns ?? 0) > 1;
      return { name, turns, isWide, grain: grainOf(turns ?? 1, estimate, isWide ? threads : 1) };
    };
    const sizes = isSized === true ? [size] : [];
    return { buffers: step.buffers, sizes, phases: phases.map(plan), estimate };
  });
}

/** Turns of a range. */
function grainOf(turns: number, estimate: number, threads: number): number {
  const ranges = Math.max(threads > 1 ? threads * RANGES_PER_THREAD : 1, estimate / RANGE_MS);
  return Math.max(1, Math.ceil(turns / ranges));
}

const tooManyTurns = (turns: number): HoduError =>
  new HoduError(
    "MEMORY_LIMIT",
    `Cannot run the model in WebAssembly: found a loop of ${turns} turns, expected at most ${MAX_TURNS}`,
    { hint: "run it with --backend cpu or interp" },
  );
