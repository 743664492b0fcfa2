import type { Tensor, Weight } from "@hodu/core";
import type { Kernel } from "@hodu/core/kernel-ir";
import type { Schedule, ScheduledBuffer, ScheduleStep } from "../schedule/types.ts";
import { countFlops } from "./count-flops.ts";
import { kernelKey } from "./equal-kernels.ts";
import { ARENA_ALIGNMENT } from "./limits.ts";
import { memoryWidth } from "./memory-width.ts";
import { packedCount } from "./pack-elements.ts";
import { bytesOf, placeInArena } from "./place-in-arena.ts";
import type { BufferPlace, Packing, Program, ProgramConstant, ProgramOutput, ProgramStep } from "./types.ts";

/** How a program is planned. */
export interface PlanOptions {
  /** Whether the elements of a weight are copied to the program's constants; else they stay where they are stored. Default: none is. */
  readonly isCopied?: (weight: Weight) => boolean;
}

/**
 * Numbers what a schedule does and decides where everything lies and which kernels work in place. `outputs` are the names of the graph's
 * outputs. Equal kernels become one. Kernels are not verified here.
 */
export function planProgram(schedule: Schedule, outputs: readonly string[], options: PlanOptions = {}): Program {
  const constants = new ConstantArea();
  const places = placesOf(schedule, outputs, constants, options);
  const placed = placeInArena(schedule, (id) => places[id] === undefined);
  const { kernels, steps } = numberKernels(placed.steps, schedule.size);
  return {
    kernels,
    buffers: schedule.buffers.map((buffer, id) => ({
      name: buffer.name,
      memory: buffer.memory,
      dims: buffer.dims,
      ...(buffer.sizedAxis !== undefined && { sizedAxis: buffer.sizedAxis }),
      bytes: bytesOf(buffer),
      place: places[id] ?? { kind: "arena", offset: placed.offsets.get(id)! },
    })),
    steps,
    outputs: outputs.map((name, i): ProgramOutput => ({ name, from: schedule.outputs[i] })),
    arenaBytes: placed.bytes,
    constants: constants.list,
    constantBytes: constants.bytes,
    ...(schedule.size !== undefined && { size: schedule.size }),
  };
}

/** The place of every buffer; undefined for those that belong in the arena. */
function placesOf(
  { buffers, steps, outputs: from }: Schedule,
  outputs: readonly string[],
  constants: ConstantArea,
  { isCopied }: PlanOptions,
): readonly (BufferPlace | undefined)[] {
  const called = new Set(steps.flatMap((step) => (step.kind === "call" ? step.node.outputs : [])));
  return buffers.map((buffer, id): BufferPlace | undefined => {
    const { source, name } = buffer;
    switch (source.kind) {
      case "input":
        return { kind: "input", name: source.name };
      case "weight":
        if (isCopied?.(source.weight) !== true) return { kind: "weight", weight: source.weight };
        return { kind: "constant", offset: constants.add(buffer, source.weight) };
      case "constant":
        return { kind: "constant", offset: constants.add(buffer, source.tensor) };
      case "packed":
        return { kind: "constant", offset: constants.add(buffer, source.of, source.packing) };
      case "step":
        if (called.has(name)) return { kind: "call", name };
        if (from.includes(id)) return { kind: "output", name: outputs[from.indexOf(id)] };
        return undefined;
    }
  });
}

/** Gives what is made at compile time its place, each once. */
class ConstantArea {
  readonly list: ProgramConstant[] = [];
  bytes = 0;
  readonly #known = new Map<string, number>();
  readonly #numbers = new Map<object, number>();

  add(buffer: ScheduledBuffer, from: Weight | Tensor, packing?: Packing): number {
    const key = `${this.#numberOf(from)} ${buffer.memory} ${JSON.stringify(packing)}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const offset = this.bytes;
    this.#known.set(key, offset);
    this.list.push({ offset, memory: buffer.memory, from, ...(packing && { packing }) });
    this.bytes = alignUp(offset + Math.max(bytesOf(buffer), packing ? packedBytes(buffer, packing) : 0));
    return offset;
  }

  #numberOf(from: object): number {
    const number = this.#numbers.get(from) ?? this.#numbers.size;
    this.#numbers.set(from, number);
    return number;
  }
}

const packedBytes = ({ memory }: ScheduledBuffer, packing: Packing): number =>
  memoryWidth(memory) * packedCount(packing);

const alignUp = (offset: number): number => Math.ceil(offset / ARENA_ALIGNMENT) * ARENA_ALIGNMENT;

/** The steps with their kernels by number; kernels that are equal but for names have one. */
function numberKernels(
  steps: readonly ScheduleStep[],
  size: number | undefined,
): {
  readonly kernels: readonly Kernel[];
  readonly steps: readonly ProgramStep[];
} {
  const kernels: Kernel[] = [];
  const flops: number[] = [];
  const numbers = new Map<string, number>();
  const numbered = steps.map((step): ProgramStep => {
    if (step.kind === "call") return step;
    const { kernel, buffers, operator } = step;
    const key = kernelKey(kernel);
    const number = numbers.get(key) ?? kernels.push(kernel) - 1;
    numbers.set(key, number);
    flops[number] ??= countFlops(kernel, size);
    return { kind: "kernel", kernel: number, buffers, origin: kernel.origin, operator, flops: flops[number] };
  });
  return { kernels, steps: numbered };
}
