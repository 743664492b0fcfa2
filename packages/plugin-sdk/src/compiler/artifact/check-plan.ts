import type { ProgramBuffer, ProgramStep } from "@hodu/compiler";
import {
  bytesPerElement,
  type DType,
  elementCount,
  type Graph,
  quote,
  type Snapshot,
  staticShape,
  type Weight,
} from "@hodu/core";
import type { ProgramUnit } from "../program-unit.ts";
import { artifactError } from "./layout.ts";
import { MAX_ENTRIES } from "./limits.ts";

/**
 * Holds a plan from an artifact to what kernels rely on: every buffer lies within the memory that it names, has the size of its elements and
 * is apart from the others of a step; every number and name refers to something. Throws BAD_MODEL.
 */
export function checkPlan({ plan, calls, sized, constants }: ProgramUnit): void {
  const { buffers, steps, outputs } = plan;
  checkSize(plan, sized);
  if (buffers.length > MAX_ENTRIES || steps.length > MAX_ENTRIES)
    refuse("buffers or steps", `more than ${MAX_ENTRIES}`, "fewer");
  if (plan.constantBytes !== constants.length)
    refuse("constants", `${constants.length} bytes`, String(plan.constantBytes));
  const left = calls.graph.inputs.find((input) => input.default !== undefined);
  if (left !== undefined) refuse(`input ${quote(left.name)}`, "a default", "none: it is a weight of the program");
  const made = new Set(steps.flatMap((step) => (step.kind === "call" ? step.node.outputs : [])));
  const places = new PlaceCheck(calls, made, plan.arenaBytes, plan.constantBytes);
  for (const buffer of buffers) places.check(buffer);
  for (const step of steps) checkStep(step, buffers);
  checkOutputs(outputs, calls.graph, buffers.length, made);
}

/** Memory that is there before a run has the elements that it has. */
const SIZED_PLACES: readonly string[] = ["input", "arena", "output"];

/** A program with a size is for 1, has it from the inputs that it names, and calls nothing. */
function checkSize({ size, buffers, steps }: ProgramUnit["plan"], sized: readonly string[] | undefined): void {
  const isOne = size === undefined ? sized === undefined : size === 1 && sized !== undefined && sized.length > 0;
  if (!isOne) refuse("size", String(size), "1, and inputs that have it");
  if (size !== undefined && steps.some(({ kind }) => kind === "call")) refuse("size", "calls", "kernels alone");
  for (const { name, sizedAxis, dims, place } of buffers) {
    const isRight =
      sizedAxis === undefined || (size !== undefined && dims[sizedAxis] > 0 && SIZED_PLACES.includes(place.kind));
    const isInput =
      place.kind !== "input" || sized?.includes(place.name) === (size === undefined ? undefined : sizedAxis === 0);
    if (!isRight || !isInput)
      refuse(`buffer ${quote(name)}`, `a size along axis ${sizedAxis}`, "that of an input or a result");
  }
}

class PlaceCheck {
  readonly #calls: Snapshot;
  readonly #made: ReadonlySet<string>;
  readonly #arenaBytes: number;
  readonly #constantBytes: number;
  readonly #outputs = new Set<string>();

  constructor(calls: Snapshot, made: ReadonlySet<string>, arenaBytes: number, constantBytes: number) {
    this.#calls = calls;
    this.#made = made;
    this.#arenaBytes = arenaBytes;
    this.#constantBytes = constantBytes;
  }

  check(buffer: ProgramBuffer): void {
    const { name, memory, dims, bytes, place } = buffer;
    const field = `buffer ${quote(name)}`;
    const expected = bytesPerElement(memory as DType) * elementCount(dims);
    if (bytes !== expected) refuse(field, `${bytes} bytes`, String(expected));
    switch (place.kind) {
      case "arena":
        return this.#within(field, place.offset, bytes, this.#arenaBytes);
      case "constant":
        return this.#within(field, place.offset, bytes, this.#constantBytes);
      case "weight":
        return this.#weight(field, buffer, place.weight);
      case "input":
        return this.#input(field, buffer, place.name);
      case "call":
        if (!this.#made.has(place.name)) refuse(field, `call value ${quote(place.name)}`, "one that a call gives");
        return;
      case "output":
        if (this.#outputs.has(place.name) || !this.#calls.graph.outputs.some((output) => output.name === place.name))
          refuse(field, `output ${quote(place.name)}`, "an output of the model, once");
        this.#outputs.add(place.name);
    }
  }

  #within(field: string, offset: number, bytes: number, all: number): void {
    if (offset % 64 !== 0 || offset + bytes > all) refuse(field, `offset ${offset}`, `a multiple of 64 within ${all}`);
  }

  #weight(field: string, { memory, bytes }: ProgramBuffer, weight: Weight): void {
    const store = this.#calls.stores[weight.store];
    if (store === undefined || weight.dtype !== memory || weight.length !== bytes)
      return refuse(field, `weight of ${weight.length} bytes in store ${weight.store}`, `${bytes} bytes of a store`);
    if (store.kind === "bytes" && weight.offset + weight.length > store.bytes.length)
      refuse(field, `weight at ${weight.offset}`, `one within ${store.bytes.length} bytes`);
  }

  #input(field: string, { memory, dims }: ProgramBuffer, name: string): void {
    const type = this.#calls.graph.inputs.find((input) => input.name === name)?.type;
    const shape = type?.kind === "tensor" ? staticShape(type.shape) : undefined;
    if (type?.kind !== "tensor" || type.dtype !== memory || shape === undefined || shape.join() !== dims.join())
      refuse(field, `input ${quote(name)}`, "an input of that dtype and shape");
  }
}

function checkStep(step: ProgramStep, buffers: readonly ProgramBuffer[]): void {
  if (step.kind === "call") return;
  if (step.buffers.length > MAX_ENTRIES || step.buffers.some((number) => number >= buffers.length))
    refuse("step", `buffers ${step.buffers.slice(0, 8).join(", ")}`, `numbers below ${buffers.length}`);
  checkApart(step.buffers.map((number) => buffers[number]));
  if (!Number.isFinite(step.flops) || step.flops < 0) refuse("step", `${step.flops} operations`, "how many");
}

/** Kernels are compiled for buffers that do not overlap: one that works in place has one buffer for both. */
function checkApart(buffers: readonly ProgramBuffer[]): void {
  const spans = buffers.flatMap(({ name, place, bytes }) =>
    place.kind === "arena" && bytes > 0 ? [{ name, first: place.offset, end: place.offset + bytes }] : [],
  );
  spans.sort((a, b) => a.first - b.first);
  spans.forEach(({ name, first }, i) => {
    if (i > 0 && first < spans[i - 1].end)
      refuse(`buffer ${quote(name)}`, `the memory of ${quote(spans[i - 1].name)} in one step`, "memory of its own");
  });
}

function checkOutputs(
  outputs: ProgramUnit["plan"]["outputs"],
  { outputs: declared, inputs, weights }: Graph,
  buffers: number,
  made: ReadonlySet<string>,
): void {
  if (outputs.map(({ name }) => name).join("\n") !== declared.map(({ name }) => name).join("\n"))
    refuse("outputs", `${outputs.length} of other names`, `the ${declared.length} of the model`);
  const known = new Set([...made, ...[...inputs, ...weights].map(({ name }) => name)]);
  for (const { name, from } of outputs)
    if (typeof from === "number" ? from >= buffers : !known.has(from))
      refuse(`output ${quote(name)}`, String(from).slice(0, 60), "a buffer or a value");
}

function refuse(field: string, found: string, expected: string): void {
  throw artifactError(found, expected, field);
}
