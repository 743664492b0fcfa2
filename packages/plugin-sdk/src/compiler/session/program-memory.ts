import { HoduError, type TensorData, type Value } from "@hodu/core";
import type { KernelEngine, ProgramPlan } from "../code-generator.ts";
import { formatBytes } from "./format-bytes.ts";

const ALIGNMENT = 64;
const align = (offset: number): number => Math.ceil(offset / ALIGNMENT) * ALIGNMENT;

/** What one run works in; reused by later runs. */
export interface RunState {
  /** By number of buffer; undefined for those that are not bound now. */
  readonly memory: (Uint8Array | undefined)[];
  /** What calls gave, by slot. */
  readonly values: (Value | undefined)[];
  /** Storage of the inputs that were bound last, and the views of it: what comes again is not wrapped again. */
  readonly lastData: (TensorData | undefined)[];
  readonly lastBytes: (Uint8Array | undefined)[];
  /** Storage of the outputs that are being made; outputs that are not given stay for later runs. */
  readonly outputs: (TensorData | undefined)[];
}

/** Bytes of all buffers of a kind. */
function bytesPlaced({ buffers }: ProgramPlan, ...kinds: readonly string[]): number {
  return buffers.reduce((sum, { place, bytes }) => (kinds.includes(place.kind) ? sum + align(bytes) : sum), 0);
}

/** Bytes that a run takes beside what the program holds: its arena and outputs. */
export function bytesOfRun(plan: ProgramPlan): number {
  return (
    plan.arenaBytes + plan.buffers.reduce((sum, { place, bytes }) => sum + (place.kind === "output" ? bytes : 0), 0)
  );
}

/** The memory of a program whose kernels reach any memory: weights and constants where they are, an arena for each run at once. */
export function reachedMemory(
  plan: ProgramPlan,
  weights: readonly (Uint8Array | undefined)[],
  constants: Uint8Array,
  engine: KernelEngine,
): () => RunState {
  const fixed = plan.buffers.map(({ place, bytes }, number) =>
    place.kind === "constant" ? constants.subarray(place.offset, place.offset + bytes) : weights[number],
  );
  return () => {
    const arena = engine.allocate(plan.arenaBytes);
    const memory = plan.buffers.map(({ place, bytes }, number) =>
      place.kind === "arena" ? arena.subarray(place.offset, place.offset + bytes) : fixed[number],
    );
    return newState(plan, memory);
  };
}

/** The memory of a program whose kernels reach only what the engine gives: one piece for everything, so one run at a time. */
export function ownMemory(
  plan: ProgramPlan,
  weights: readonly (Uint8Array | undefined)[],
  constants: Uint8Array,
  engine: KernelEngine,
): () => RunState {
  const all = engine.allocate(bytesOfOwnMemory(plan));
  all.set(constants);
  const arena = align(constants.length);
  let end = arena + plan.arenaBytes;
  const memory = plan.buffers.map(({ place, bytes }, number) => {
    if (place.kind === "constant") return all.subarray(place.offset, place.offset + bytes);
    if (place.kind === "arena") return all.subarray(arena + place.offset, arena + place.offset + bytes);
    const start = end;
    end += align(bytes);
    const own = all.subarray(start, start + bytes);
    const weight = weights[number];
    if (weight !== undefined) own.set(weight);
    return own;
  });
  return () => newState(plan, memory);
}

/** Bytes that a program takes whose kernels reach only what the engine gives. */
export function bytesOfOwnMemory(plan: ProgramPlan): number {
  return align(plan.constantBytes) + plan.arenaBytes + bytesPlaced(plan, "input", "weight", "output", "call");
}

function newState(plan: ProgramPlan, memory: (Uint8Array | undefined)[]): RunState {
  return { memory, values: [], lastData: [], lastBytes: [], outputs: new Array<undefined>(plan.outputs.length) };
}

/** Refuses a program that would take more memory than it may, with what its plan says. Throws MEMORY_LIMIT. */
export function checkMemory(needed: number, limit: number): void {
  if (needed <= limit) return;
  throw new HoduError(
    "MEMORY_LIMIT",
    `Cannot run the model: its plan needs ${formatBytes(needed)} for values and weights, expected at most ${formatBytes(limit)} in all`,
    { hint: "HODU_MAX_MEMORY=<MB> hodu run ..." },
  );
}
