import { HoduError } from "@hodu/core";
import { pacer } from "../../steps/drive.ts";
import { readArtifact } from "../artifact/read-artifact.ts";
import type { OpenModel, ProgramUnit } from "../program-unit.ts";
import { dimsKey, elementsKey, type InputValues } from "./input-values.ts";
import { isSame } from "./input-slot.ts";
import type { LoadTools } from "./load-program.ts";

/** The program for the inputs of a run: the one that is kept for them, else compiled, and kept from then on. */
export async function unitForRun(
  model: OpenModel,
  values: InputValues,
  isGeneral: boolean,
  device: string,
  tools: LoadTools,
): Promise<ProgramUnit> {
  const { keep } = tools.options;
  const compile = async (): Promise<ProgramUnit> => {
    const { compileForRun } = await import("../compile/compile-for-run.ts");
    return compileForRun(model, values, isGeneral, device, tools);
  };
  if (keep === undefined) return compile();
  const pace = pacer(tools.context.signal, "compile the model");
  let made: ProgramUnit | undefined;
  const bytes = await keep(keyOf(model, values, isGeneral), async () => {
    const { writeArtifact } = await import("../artifact/write-artifact.ts");
    made = await compile();
    return writeArtifact({ unit: made, model: undefined }, undefined, pace);
  });
  return made ?? (await keptUnit(bytes, model, values, pace)) ?? compile();
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
    const isGiven = unit?.calls.graph.inputs.every(({ name }) => givenFor(name) !== undefined);
    return isFor === true && isGiven === true ? unit : undefined;
  } catch (error) {
    if (error instanceof HoduError && error.code === "BAD_MODEL") return undefined;
    throw error;
  }
}

function keyOf({ snapshot, wanted }: OpenModel, values: InputValues, isGeneral: boolean): string {
  if (isGeneral) return `${dimsKey(values)}|any`;
  const places = [...snapshot.graph.inputs.keys()].filter((i) => wanted.includes(snapshot.graph.inputs[i].name));
  return `${dimsKey(values)}|${elementsKey(values, places)}`;
}
