import { existsSync } from "node:fs";
import { openFile } from "@hodu/engine/node";
import type { PluginCatalog } from "@hodu/plugin-host";
import { backendsFor } from "../plugins/backends-for.ts";
import { firstAvailable } from "../plugins/first-available.ts";
import { openInput } from "../plugins/open-input.ts";
import { pluginLabel } from "../plugins/plugin-label.ts";
import { modelFormatOf, tensorFormatOf } from "../plugins/resolve-format.ts";
import { escapeName, jsonString } from "../terminal/escape.ts";
import type { Status } from "../terminal/status.ts";
import { splitArgument } from "./file-arguments.ts";
import { planOutputs } from "./output-plan.ts";
import { inputArguments } from "./run-inputs.ts";
import { givenFormat, outputArguments, type RunFlags, type RunSettings } from "./settings.ts";

/** What a run would use. `plugin` is "builtin" for what is part of Hodu. */
interface Choice {
  readonly name: string;
  readonly plugin: string;
}

interface FileChoice {
  readonly path: string;
  readonly format: Choice;
}

/** The text of `--dry-run`: which plugins a run would use. Loads none of them but backends, to ask whether they can be used here. Throws what choosing throws. */
export async function describeRun(
  modelPath: string,
  flags: RunFlags,
  settings: RunSettings,
  catalog: PluginCatalog,
  status: Status,
): Promise<string> {
  const model = await modelFormatOf(
    catalog,
    await openInput(modelPath, status, { allowExternal: flags.allowExternal }),
  );
  const inputs: FileChoice[] = [];
  for (const text of inputArguments(flags)) {
    const { path } = splitArgument(text, () => false, existsSync);
    inputs.push({ path, format: await inputFormat(path, catalog) });
  }
  const outputs = outputFiles(flags, settings, catalog);
  const candidates = backendsFor(catalog, settings, modelPath);
  const found = await firstAvailable(candidates, settings.device, (text) => status.warn(text));
  const { component, plugin } = found.offer;
  if (found.unavailable !== undefined) status.warn(`${component.name} cannot be used: ${found.unavailable}`);
  const choices = {
    model: { name: model.component.name, plugin: pluginLabel(model.plugin) },
    backend: { name: component.name, plugin: pluginLabel(plugin) },
  };
  if (flags.json || flags.format === "json") return formatJson({ ...choices, inputs, outputs }, settings.device);
  return [
    `Model format: ${formatChoice(choices.model)}`,
    ...inputs.map(({ path, format }) => `Input ${path === "-" ? "-" : escapeName(path)}: ${formatChoice(format)}`),
    ...outputs.map(({ path, format }) => `Output ${escapeName(path)}: ${formatChoice(format)}`),
    `Backend: ${formatChoice(choices.backend)}`,
    "",
    "Would execute with above configuration.",
    "",
  ].join("\n");
}

async function inputFormat(path: string, catalog: PluginCatalog): Promise<Choice> {
  if (path === "-") return { name: "by its content", plugin: "standard input" };
  const { component, plugin } = await tensorFormatOf(catalog, await openFile(path));
  return { name: component.name, plugin: pluginLabel(plugin) };
}

function outputFiles(flags: RunFlags, settings: RunSettings, catalog: PluginCatalog): FileChoice[] {
  const plan = planOutputs({
    catalog,
    outputs: outputArguments(flags),
    given: givenFormat(flags),
    usual: settings.format,
    names: undefined,
  });
  if (plan.kind !== "files") return [];
  return plan.targets.map(({ path, format: { component, plugin } }) => ({
    path,
    format: { name: component.name, plugin: pluginLabel(plugin) },
  }));
}

const formatChoice = ({ name, plugin }: Choice): string => `${name} (${plugin})`;

interface Choices {
  readonly model: Choice;
  readonly inputs: readonly FileChoice[];
  readonly outputs: readonly FileChoice[];
  readonly backend: Choice;
}

function formatJson({ model, inputs, outputs, backend }: Choices, device: string): string {
  const choice = ({ name, plugin }: Choice): string => `{"name":${jsonString(name)},"plugin":${jsonString(plugin)}}`;
  const list = (files: readonly FileChoice[]): string =>
    files.map(({ path, format }) => `{"path":${jsonString(path)},"format":${choice(format)}}`).join(",");
  return `{"model_format":${choice(model)},"inputs":[${list(inputs)}],"outputs":[${list(outputs)}],"backend":${choice(backend)},"device":${jsonString(device)}}\n`;
}
