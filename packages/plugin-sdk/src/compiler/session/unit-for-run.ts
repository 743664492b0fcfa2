import { HoduError, staticShape, type Value, type ValueType } from "@hodu/core";
import { pacer } from "../../steps/drive.ts";
import { readArtifact } from "../artifact/read-artifact.ts";
import type { CompiledFor } from "../compile/compile-for-run.ts";
import { sizedInputs } from "../compile/sized-inputs.ts";
import type { OpenModel, ProgramUnit } from "../program-unit.ts";
import { dimsKey, elementsKey, type InputValues } from "./input-values.ts";
import { isSame } from "./input-slot.ts";
import type { LoadTools } from "./load-program.ts";
import { unitAtSize } from "./sized-unit.ts";

/**
 * The program for the inputs of a run: the one that is kept for them, else compiled, and kept from then on. It may be one for any size, unless
 * the key of their shapes without it is in `unsized`, which gets those that have none.
 */
export async function unitForRun(
  model: OpenModel,
  values: InputValues,
  isGeneral: boolean,
  unsized: Set<string>,
  device: string,
  tools: LoadTools,
): Promise<ProgramUnit> {
  const key = isGeneral ? undefined : sizedKey(model, values);
  if (key !== undefined && !unsized.has(key)) {
    // one that is kept under it may have turned out to be for other shapes
    const found = await keptOrMade(model, values, "any size", key, device, tools);
    if (found?.sized === undefined) unsized.add(key);
    if (found !== undefined) return found;
  }
  const wanted = [isGeneral ? "shapes" : "elements", keyOf(model, values, isGeneral), device, tools] as const;
  return (await keptOrMade(model, values, ...wanted)) ?? compiled(model, values, ...wanted);
}

/** The key of a program for any size of the inputs; undefined where their shapes have none. */
function sizedKey({ snapshot, wanted }: OpenModel, values: InputValues): string | undefined {
  const { inputs } = snapshot.graph;
  const dims = new Map<string, readonly number[]>();
  inputs.forEach(({ name }, i) => {
    const value = values[i];
    if (value?.kind === "tensor") dims.set(name, value.shape);
  });
  const sized = wanted.length > 0 ? undefined : sizedInputs(snapshot.graph, dims)?.sized;
  if (sized === undefined) return undefined;
  const without = inputs.map(({ name }, i) => {
    const value = values[i];
    return sized.includes(name) && value?.kind === "tensor" ? { ...value, shape: [0, ...value.shape.slice(1)] } : value;
  });
  return `${dimsKey(without)}|size`;
}

type Wanted = readonly [
  model: OpenModel,
  values: InputValues,
  compiledFor: CompiledFor,
  key: string,
  device: string,
  tools: LoadTools,
];

async function compiled(...[model, values, compiledFor, , device, tools]: Wanted): Promise<ProgramUnit> {
  const { compileForRun } = await import("../compile/compile-for-run.ts");
  return compileForRun(model, values, compiledFor, device, tools);
}

/** The program that is kept under a key, or compiled and kept now; undefined where the one that is kept is not sound or not for the values. */
async function keptOrMade(...wanted: Wanted): Promise<ProgramUnit | undefined> {
  const [model, values, , key, , { options, context }] = wanted;
  if (options.keep === undefined) return compiled(...wanted);
  const pace = pacer(context.signal, "compile the model");
  let made: ProgramUnit | undefined;
  const bytes = await options.keep(key, async () => {
    const { writeArtifact } = await import("../artifact/write-artifact.ts");
    made = await compiled(...wanted);
    return writeArtifact({ unit: made, model: undefined }, undefined, pace);
  });
  return made ?? keptUnit(bytes, model, values, pace);
}

/** What is kept, if it is sound and for these elements: they may matter for more inputs than the key has. */
async function keptUnit(
  bytes: Uint8Array,
  { snapshot }: OpenModel,
  values: InputValues,
  pace: () => Promise<void> | undefined,
): Promise<ProgramUnit | undefined> {
  try {
    const { unit } = await readArtifact(bytes, pace);
    const givenFor = (name: string) => values[snapshot.graph.inputs.findIndex((input) => input.name === name)];
    const isFor = unit?.known.every(({ name, value }) => {
      const given = givenFor(name);
      return value.kind === "tensor" && given?.kind === "tensor" && isSame(value, given);
    });
    const isGiven = unit?.calls.graph.inputs.every(({ name, type }) => hasShape(givenFor(name), type));
    const isWhole = unit?.sized === undefined ? isGiven : unitAtSize(unit, snapshot.graph, values) !== undefined;
    return isFor === true && isWhole === true ? unit : undefined;
  } catch (error) {
    if (error instanceof HoduError && error.code === "BAD_MODEL") return undefined;
    throw error;
  }
}

function hasShape(value: Value | undefined, type: ValueType | undefined): boolean {
  if (type?.kind !== "tensor") return value !== undefined;
  return value?.kind === "tensor" && value.shape.join() === staticShape(type.shape)?.join();
}

function keyOf({ snapshot, wanted }: OpenModel, values: InputValues, isGeneral: boolean): string {
  if (isGeneral) return `${dimsKey(values)}|any`;
  const places = [...snapshot.graph.inputs.keys()].filter((i) => wanted.includes(snapshot.graph.inputs[i].name));
  return `${dimsKey(values)}|${elementsKey(values, places)}`;
}
