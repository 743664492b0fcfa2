import {
  bytesOfTensor,
  type DType,
  denseData,
  elementCount,
  HoduError,
  newStorage,
  type Node,
  quote,
  type Tensor,
  tensorOf,
  type Value,
  type Weight,
} from "@hodu/core";
import { type ElementArray, type Kernel, type Memory, runKernel } from "@hodu/core/kernel-ir";
import { constantBytes } from "../program/constant-bytes.ts";
import { memoryWidth } from "../program/memory-width.ts";
import { packedCount, packElements } from "../program/pack-elements.ts";
import { packRows } from "../program/pack-rows.ts";
import type { BufferSource, Schedule, ScheduledBuffer } from "./types.ts";

/** What a schedule is run with. */
export interface RunInputs {
  /** By name; every input that the schedule reads. */
  readonly inputs: ReadonlyMap<string, Value>;
  weight(weight: Weight): Tensor;
  /** What a node that has no kernel gives; `value` is what a name stands for. */
  call(node: Node, value: (name: string) => Value): readonly (Value | undefined)[];
  /** Runs a kernel; gives its status. Default: the evaluator. */
  readonly kernel?: (kernel: Kernel, buffers: readonly ElementArray[], sizes: readonly number[]) => number;
}

/**
 * Runs a schedule by the evaluator of the kernel IR: what compiled code must give, and no faster than a proof needs. Gives the outputs of
 * the graph. Throws KERNEL where a guard does not hold.
 */
export function runSchedule(schedule: Schedule, given: RunInputs): readonly Value[] {
  const run = given.kernel ?? runKernel;
  const arrays = schedule.buffers.map((buffer) => elementsOf(buffer, given));
  const places = new Map(schedule.buffers.map(({ name }, place) => [name, place]));
  const others = new Map(given.inputs);
  const tensorAt = (place: number): Value => {
    const { memory, dims } = schedule.buffers[place];
    return tensorOf(memory as DType, dims, arrays[place]);
  };
  const valueOf = (name: string): Value => {
    const place = places.get(name);
    return place === undefined ? others.get(name)! : tensorAt(place);
  };
  for (const step of schedule.steps) {
    if (step.kind === "kernel") {
      const status = run(
        step.kernel,
        step.buffers.map((place) => arrays[place]),
        step.kernel.sizes.map(() => schedule.size!),
      );
      if (status !== 0) throw guardError(step.kernel.origin);
      continue;
    }
    step.node.outputs.forEach((name, i) => {
      const value = given.call(step.node, valueOf)[i];
      const place = places.get(name);
      if (value?.kind === "tensor" && place !== undefined) arrays[place] = denseData(value) as ElementArray;
      else if (value !== undefined) others.set(name, value);
    });
  }
  return schedule.outputs.map((output) => (typeof output === "string" ? valueOf(output) : tensorAt(output)));
}

function elementsOf({ memory, dims, source }: ScheduledBuffer, given: RunInputs): ElementArray {
  if (source.kind === "step") return newStorage(memory as DType, elementCount(dims)) as ElementArray;
  if (source.kind === "packed") return packedElements(source, memory, given);
  const value =
    source.kind === "input"
      ? given.inputs.get(source.name)
      : source.kind === "weight"
        ? given.weight(source.weight)
        : source.tensor;
  return denseData(value as Tensor) as ElementArray;
}

function packedElements(
  { of, packing }: Extract<BufferSource, { kind: "packed" }>,
  memory: Memory,
  given: RunInputs,
): ElementArray {
  const bytes = bytesOfTensor("kind" in of ? of : given.weight(of));
  const packed = newStorage(memory as DType, packedCount(packing)) as ElementArray;
  const target = new Uint8Array(packed.buffer, packed.byteOffset, packed.byteLength);
  if (packing.rows !== undefined) packRows(bytes, of.dtype === "i8", packing, packing.rows, target);
  else packElements(constantBytes(bytes, of, memory), memoryWidth(memory), packing, target);
  return packed;
}

const guardError = (origin: readonly string[]): HoduError =>
  new HoduError("KERNEL", `Cannot run ${origin.map((name) => quote(name)).join(", ")}: an input is out of its range`);
