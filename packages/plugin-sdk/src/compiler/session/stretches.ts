import type { DType, Graph, Node, Tensor } from "@hodu/core";
import { namesRead } from "@hodu/core";
import type { ProgramPlan } from "../code-generator.ts";
import { CallStretch, type GivenValue } from "./call-stretch.ts";
import type { ValueFinder } from "./value-source.ts";

/** Steps that follow one another and are done the same way. */
export type Stretch =
  | { readonly kind: "kernels"; readonly first: number; readonly last: number; readonly dead: readonly DeadValue[] }
  | {
      readonly kind: "calls";
      readonly calls: CallStretch;
      readonly slots: readonly number[];
      readonly dead: readonly DeadValue[];
    };

/** A value of a call that nothing needs any more. */
interface DeadValue {
  readonly slot: number;
  readonly buffer: number | undefined;
}

/** What calls give, by name: numbers of slots. */
export function slotsOf({ steps }: ProgramPlan): ReadonlyMap<string, number> {
  const slots = new Map<string, number>();
  for (const step of steps)
    if (step.kind === "call") for (const name of step.node.outputs) if (name !== "") slots.set(name, slots.size);
  return slots;
}

interface Range {
  readonly kind: "kernel" | "call";
  readonly first: number;
  readonly last: number;
}

/** What stretches are made with. */
export interface StretchTools {
  readonly slots: ReadonlyMap<string, number>;
  readonly find: ValueFinder;
  readonly weights: ReadonlyMap<Graph, ReadonlyMap<string, Tensor>>;
  readonly copiesIn: boolean;
}

/** The steps of a program as stretches: of kernels as long as they can be, of calls run as one graph. */
export function stretchesOf(plan: ProgramPlan, tools: StretchTools): readonly Stretch[] {
  const ranges = rangesOf(plan);
  const uses = ranges.map((range) => usedIn(range, plan));
  const kept = new Set(plan.outputs.map(({ from }) => nameOfCall(from, plan)));
  const last = new Map<string, number>();
  uses.forEach((names, i) => names.forEach((name) => last.set(name, i)));
  const buffers = callBuffers(plan);
  const deadAfter = ranges.map((): DeadValue[] => []);
  for (const [name, i] of last) {
    const slot = tools.slots.get(name);
    if (slot !== undefined && !kept.has(name))
      deadAfter[i].push({ slot, buffer: tools.copiesIn ? undefined : buffers.get(name) });
  }
  return ranges.map(({ kind, first, last: end }, i): Stretch => {
    const dead = deadAfter[i];
    if (kind === "kernel") return { kind: "kernels", first, last: end, dead };
    const nodes = nodesIn(plan, first, end);
    const isNeeded = (name: string): boolean => kept.has(name) || (last.get(name) ?? -1) > i;
    const gives = nodes.flatMap(({ outputs }) => outputs).filter((name) => name !== "" && isNeeded(name));
    const given = gives.map((name) => givenValue(name, plan, tools.slots, buffers));
    const calls = new CallStretch(nodes, given, tools.find, tools.weights, tools.copiesIn);
    return { kind: "calls", calls, slots: given.map(({ slot }) => slot), dead };
  });
}

/** The value that an output comes from where that is one of a call. */
export function nameOfCall(from: number | string, { buffers }: ProgramPlan): string | undefined {
  if (typeof from === "string") return from;
  const { place } = buffers[from];
  return place.kind === "call" ? place.name : undefined;
}

function rangesOf({ steps }: ProgramPlan): readonly Range[] {
  const ranges: Range[] = [];
  steps.forEach(({ kind }, i) => {
    const before = ranges.at(-1);
    if (before?.kind === kind) ranges[ranges.length - 1] = { kind, first: before.first, last: i + 1 };
    else ranges.push({ kind, first: i, last: i + 1 });
  });
  return ranges;
}

const nodesIn = ({ steps }: ProgramPlan, first: number, last: number): readonly Node[] =>
  steps.slice(first, last).flatMap((step) => (step.kind === "call" ? [step.node] : []));

/** Names of the values of calls that are read in a range. */
function usedIn({ kind, first, last }: Range, plan: ProgramPlan): ReadonlySet<string> {
  if (kind === "call")
    return namesRead({ name: "", inputs: [], outputs: [], weights: [], nodes: nodesIn(plan, first, last), values: [] });
  const names = new Set<string>();
  for (const step of plan.steps.slice(first, last))
    if (step.kind === "kernel")
      for (const number of step.buffers) {
        const { place } = plan.buffers[number];
        if (place.kind === "call") names.add(place.name);
      }
  return names;
}

function callBuffers({ buffers }: ProgramPlan): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  buffers.forEach(({ place }, number) => place.kind === "call" && found.set(place.name, number));
  return found;
}

function givenValue(
  name: string,
  { buffers }: ProgramPlan,
  slots: ReadonlyMap<string, number>,
  places: ReadonlyMap<string, number>,
): GivenValue {
  const buffer = places.get(name);
  const slot = slots.get(name)!;
  if (buffer === undefined) return { name, slot, buffer, dtype: undefined, dims: [] };
  const { memory, dims } = buffers[buffer];
  return { name, slot, buffer, dtype: memory as DType, dims };
}
