import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { saveModel } from "hodu";
import { BUILT_MODELS } from "./models/index.ts";

/** A model to measure: its file, and the folder of its inputs where there is one. */
export interface Candidate {
  readonly name: string;
  readonly model: string;
  readonly inputs?: string;
}

const REAL_MODELS = "../shared/data/models";
const BUILT = "node_modules/.cache/bench-models";

/**
 * The models to measure: those that are built, and the real ones at hand; or all of a folder, which holds .onnx files or folders with a
 * model.onnx. `names` picks some. Throws for a name that there is not.
 */
export async function candidates(
  names: readonly string[] | undefined,
  folder: string | undefined,
): Promise<readonly Candidate[]> {
  const found = folder === undefined ? [...builtModels(), ...modelsIn(REAL_MODELS)] : modelsIn(folder);
  const missing = names?.find((name) => !found.some((candidate) => candidate.name === name));
  if (missing !== undefined)
    throw new Error(`Cannot measure "${missing}": expected some of ${found.map(({ name }) => name).join(", ")}`);
  const chosen = found.filter(({ name }) => names?.includes(name) ?? true);
  for (const { name, model } of chosen) {
    if (BUILT_MODELS[name] === undefined || folder !== undefined) continue;
    mkdirSync(BUILT, { recursive: true });
    await saveModel(BUILT_MODELS[name](), model);
  }
  return chosen;
}

function builtModels(): readonly Candidate[] {
  return Object.keys(BUILT_MODELS).map((name) => ({ name, model: join(BUILT, `${name}.onnx`) }));
}

function modelsIn(folder: string): readonly Candidate[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .flatMap((entry): readonly Candidate[] => {
      const model = entry.endsWith(".onnx") ? join(folder, entry) : join(folder, entry, "model.onnx");
      if (!existsSync(model)) return [];
      const inputs = join(folder, entry, "test_data_set_0");
      return [{ name: entry.replace(/\.onnx$/, ""), model, ...(existsSync(inputs) && { inputs }) }];
    });
}
