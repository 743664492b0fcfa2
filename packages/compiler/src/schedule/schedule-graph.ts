import type { Facts, Graph } from "@hodu/core";
import { chooseContractions } from "../contraction/choose-contractions.ts";
import { KernelWriter } from "./kernel-writer.ts";
import { type Call, lowerGraph } from "./lower-graph.ts";
import { namesOfCall } from "./names-of-call.ts";
import { placeWithin } from "./place-within.ts";
import { extentOf, isSized } from "./program-size.ts";
import type { Schedule, ScheduledBuffer, ScheduleStep, ScheduleTarget } from "./types.ts";
import type { ScheduledValue } from "./values.ts";
import { wantedInputs } from "./wanted-inputs.ts";

/** Vectors that kernels are written for where they must be the same for every target: a sum is taken apart by their lanes. */
const COMMON_VECTORS = { vectorBytes: 32, registers: 16 } as const;

/**
 * A graph as kernels and calls, for the shapes that its facts state. Values without a lowering, and those whose shapes are not known before
 * the run, are made by calls. Kernels are not verified here. With a dim that stands for the program's size, what is given is for a size of 1.
 */
export function scheduleGraph(graph: Graph, facts: Facts, given: ScheduleTarget): Schedule {
  const target = given.isReproducible ? { ...given, ...COMMON_VECTORS } : given;
  const { table, calls, wanted } = lowerGraph(graph, facts, target.standIn);
  const { values } = table;
  const read = new Set<number>();
  for (const name of [
    ...graph.outputs.map((output) => output.name),
    ...calls.flatMap(({ node }) => namesOfCall(node)),
  ]) {
    const id = table.idOf(name);
    if (id !== undefined) read.add(id);
  }
  const fusion = chooseContractions(values, read, target);
  placeWithin(fusion.values, fusion, read).forEach((value, id) => table.replace(id, value));
  const kept = fusion.kept.map((is, id) => is || read.has(id));
  const places = new Map<number, number>();
  const placeOf = (id: number): number => {
    const place = places.get(id) ?? places.size;
    places.set(id, place);
    return place;
  };
  const steps: ScheduleStep[] = [];
  const writer = new KernelWriter(table, { ...fusion, kept }, target);
  let done = 0;
  for (const call of [...calls, undefined]) {
    const end = call?.after ?? kept.length;
    for (let id = done; id < end; id++) {
      if (!kept[id] || values[id].point === undefined || values[id].elements === 0 || values[id].isMade) continue;
      for (const { kernel, buffers, operator } of writer.write(id))
        steps.push({ kind: "kernel", kernel, buffers: buffers.map(placeOf), operator });
    }
    done = end;
    if (call !== undefined) steps.push(stepOf(call));
  }
  for (const id of read) placeOf(id);
  const outputs = graph.outputs.map(({ name }) => {
    const id = table.idOf(name);
    return id === undefined ? name : placeOf(id);
  });
  const { standIn } = target;
  const buffers = [...places.keys()].map((id) => bufferOf(values[id], standIn));
  const size = standIn === undefined ? {} : { size: 1 };
  return { buffers, steps, outputs, wanted: calls.length === 0 ? [] : wantedInputs(graph, facts, wanted), ...size };
}

const stepOf = ({ node, reason }: Call): ScheduleStep => ({ kind: "call", node, reason });

function bufferOf({ name, memory, dims, order, source }: ScheduledValue, standIn: number | undefined): ScheduledBuffer {
  const own = order.map((axis) => dims[axis]);
  const axis = own.findIndex((dim) => isSized(extentOf(dim, standIn)));
  if (standIn === undefined || axis < 0) return { name, memory, dims: own, source };
  return { name, memory, dims: own.with(axis, own[axis] / standIn), sizedAxis: axis, source };
}
