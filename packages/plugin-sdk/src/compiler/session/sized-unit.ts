import type { ProgramBuffer } from "@hodu/compiler";
import { type Graph, type GraphInput, staticShape } from "@hodu/core";
import type { ProgramPlan } from "../code-generator.ts";
import type { ProgramUnit } from "../program-unit.ts";
import type { InputValues } from "./input-values.ts";

/** A program for any size as one for the size that the values of a model's inputs have; undefined where it is not for these. */
export function unitAtSize(unit: ProgramUnit, { inputs }: Graph, values: InputValues): ProgramUnit | undefined {
  const { calls, plan, sized } = unit;
  if (sized === undefined) return undefined;
  const given = new Map(inputs.flatMap(({ name }, i) => (values[i] === undefined ? [] : [[name, values[i]] as const])));
  const first = given.get(sized[0]);
  const size = first?.kind === "tensor" ? first.shape[0] : 0;
  const own = calls.graph.inputs.map((input) => (sized.includes(input.name) ? inputAtSize(input, size) : input));
  const isFor = own.every(({ name, type }) => {
    const value = given.get(name);
    if (type?.kind !== "tensor") return value !== undefined;
    return value?.kind === "tensor" && value.shape.join() === staticShape(type.shape)?.join();
  });
  if (size < 1 || !isFor || given.size !== own.length) return undefined;
  return { ...unit, calls: { ...calls, graph: { ...calls.graph, inputs: own } }, plan: planAtSize(plan, size) };
}

function inputAtSize(input: GraphInput, size: number): GraphInput {
  const { type } = input;
  if (type?.kind !== "tensor" || type.shape === undefined) return input;
  return { ...input, type: { ...type, shape: [size, ...type.shape.slice(1)] } };
}

/** What is planned for a size of 1, for another one: places of the arena move apart as far as it grows. */
function planAtSize(plan: ProgramPlan, size: number): ProgramPlan {
  const isSized = ({ sizedAxis }: ProgramBuffer): boolean => sizedAxis !== undefined;
  return {
    ...plan,
    size,
    arenaBytes: plan.arenaBytes * size,
    buffers: plan.buffers.map((buffer) => bufferAtSize(buffer, size)),
    steps: plan.steps.map((step) =>
      step.kind === "kernel" && step.buffers.some((number) => isSized(plan.buffers[number]))
        ? { ...step, flops: step.flops * size }
        : step,
    ),
  };
}

function bufferAtSize(buffer: ProgramBuffer, size: number): ProgramBuffer {
  const { dims, bytes, sizedAxis, place } = buffer;
  const grown = place.kind === "arena" ? { ...place, offset: place.offset * size } : place;
  if (sizedAxis === undefined) return { ...buffer, place: grown };
  return { ...buffer, dims: dims.with(sizedAxis, dims[sizedAxis] * size), bytes: bytes * size, place: grown };
}
