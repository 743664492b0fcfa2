import { delimiter } from "node:path";
import { HoduError, type NamedValue } from "@hodu/core";
import type { PluginCatalog } from "@hodu/plugin-host";
import type { Manifest } from "hodu-plugin-sdk";
import { loadModelOn, type LoadModelOptions } from "../../library/load-model.ts";
import { nodePlatform } from "../../library/node-platform.ts";
import { openToolchain } from "../../plugins/open-toolchain.ts";
import { callContext } from "../../run/call-context.ts";
import { readValues } from "../../run/read-values.ts";
import { newStatus } from "../../terminal/status.ts";
import type { TestReport } from "./test-report.ts";

/** A model that a plugin is to take part in. */
export interface ModelTrial {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly model: string;
  /** `NAME=PATH` each. */
  readonly inputs: readonly string[];
  readonly report: TestReport;
}

/** Runs a model with the plugin, and holds the shapes of what comes out to those of the interpreter without its backends and transforms. */
export async function tryModel({ folder, manifest, model, inputs, report }: ModelTrial): Promise<void> {
  const { HODU_PLUGIN_PATH = "", ...environment } = process.env;
  const path = [folder, HODU_PLUGIN_PATH].filter((part) => part !== "").join(delimiter);
  const { catalog } = await openToolchain({ environment: { ...environment, HODU_PLUGIN_PATH: path } });
  const run = runner(catalog, model, inputs);
  const found = await report.attempt("run() completed without error", () => run(optionsFor(manifest)));
  if (found === undefined) return;
  await report.attempt("Output shapes match expected", async () => {
    const expected = await run({ backend: "interp" });
    if (JSON.stringify(found) === JSON.stringify(expected)) return;
    throw new HoduError("BAD_TENSOR_FILE", `found ${describe(found)}, expected ${describe(expected)}`);
  });
}

/** Name, dtype and shape of each output. */
type Shapes = readonly (readonly [name: string, what: string])[];

const describe = (shapes: Shapes): string => shapes.map(([name, what]) => `${name}: ${what}`).join(", ");

/** Where the plugin's backends and transforms come in; formats, operators and extensions do by themselves. */
function optionsFor({ id, components }: Manifest): LoadModelOptions {
  const backend = components.find((one) => one.kind === "backend");
  const transforms = components.flatMap((one) => (one.kind === "transform" ? [`${id}:${one.name}`] : []));
  return {
    ...(backend?.kind === "backend" && { backend: backend.name, device: backend.devices[0] }),
    ...(transforms.length > 0 && { transforms }),
  };
}

function runner(catalog: PluginCatalog, path: string, inputs: readonly string[]) {
  const status = newStatus("normal");
  const context = callContext(new AbortController().signal, status);
  const platform = { ...nodePlatform, catalog: () => catalog };
  return async (options: LoadModelOptions): Promise<Shapes> => {
    const model = await loadModelOn(platform, path, { ...options, cache: false });
    try {
      const declared = model.snapshot.graph.inputs;
      const only = declared.length === 1 ? declared[0].name : undefined;
      const request = { arguments: inputs, kind: "input", flag: "--input", declared, only } as const;
      const values: readonly NamedValue[] = await readValues({ ...request, catalog, context, status });
      const outputs = await model.run(Object.fromEntries(values.map(({ name, value }) => [name, value])));
      return Object.entries(outputs).map(([name, value]) => [name, shapeOf(value)] as const);
    } finally {
      await model.dispose();
    }
  };
}

function shapeOf(value: object): string {
  const { dtype, shape, kind } = value as { readonly dtype?: string; readonly shape?: unknown; readonly kind?: string };
  return dtype === undefined ? String(kind) : `${dtype}${JSON.stringify(shape)}`;
}
