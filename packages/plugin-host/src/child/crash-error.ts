import { HoduError, quote } from "@hodu/core";
import type { ComponentKind, Manifest } from "hodu-plugin-sdk";
import type { OutputLog } from "./output-log.ts";
import type { Exit } from "./plugin-process.ts";

/** Of a plugin, what the message of its crash tells. */
export type CrashedPlugin = Pick<Manifest, "id" | "bugs" | "components">;

/** PLUGIN_CRASH for a process that ended while `what` was under way: how, what it printed last, and what a user can do. */
export function crashError(plugin: CrashedPlugin, what: string, exit: Exit, log: OutputLog): HoduError {
  const { id } = plugin;
  const lines = log.lastLines();
  const lastWords = lines.length === 0 ? "" : `. It last printed:\n${lines.map((line) => `  ${line}`).join("\n")}`;
  const advice = exit.failure === undefined ? `\n\n${adviceOn(plugin)}` : "";
  const found = `the process of plugin ${quote(id)} ${describeExit(exit)}`;
  return new HoduError("PLUGIN_CRASH", `Cannot ${what}: ${found}, expected an answer${lastWords}${advice}`, {
    where: { plugin: id },
    ...(log.file !== undefined && { hint: `cat ${log.file}` }),
    cause: exit.failure,
  });
}

function describeExit({ code, signal, failure }: Exit): string {
  if (failure !== undefined) return `could not be started (${failure.message})`;
  return signal === null ? `ended with exit code ${code}` : `was ended by signal ${signal}`;
}

/** Where to report it, and how to do without the plugin. */
function adviceOn({ id, bugs, components }: CrashedPlugin): string {
  const kinds = new Set(components.map(({ kind }) => kind));
  const ways = [...WAYS].flatMap(([kind, way]) => (kinds.has(kind) ? [way] : []));
  return [
    "This is likely a bug in the plugin.",
    ...(bugs === undefined ? [] : ["Please report it to:", `  ${bugs}`]),
    "",
    "Workaround:",
    ...[...ways, `Do without it: hodu plugin disable ${id}`].map((way) => `  - ${way}`),
  ].join("\n");
}

const WAYS: ReadonlyMap<ComponentKind, string> = new Map([
  ["backend", "Try a different backend: hodu run model.onnx --backend interp"],
  ["transform", "Run the model without transforms: hodu run model.onnx"],
]);
