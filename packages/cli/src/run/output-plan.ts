import { existsSync, statSync } from "node:fs";
import { HoduError, quote } from "@hodu/core";
import type { PluginCatalog } from "@hodu/plugin-host";
import { noOutputFormat } from "../convert/no-output-format.ts";
import { belyingExtension, type OutputFormat, outputFormat } from "../convert/output-format.ts";
import { isStandardOutput, refuseOnTerminal } from "../convert/standard-output.ts";
import { splitArgument, unknownName } from "./file-arguments.ts";

/** Where the outputs of a run go. */
export type OutputPlan =
  | { readonly kind: "print"; readonly format: "pretty" | "json" }
  | { readonly kind: "files"; readonly targets: readonly OutputTarget[] };

/** A file ("-": standard output) for the output of that name (undefined: for all of them), or a folder for a file of each. */
export interface OutputTarget {
  readonly path: string;
  readonly format: OutputFormat;
  readonly isFolder: boolean;
  readonly name: string | undefined;
}

export interface OutputPlanRequest {
  readonly catalog: PluginCatalog;
  /** What `-o` gives: `PATH` or `NAME=PATH` each. */
  readonly outputs: readonly string[];
  /** What `-f` names. */
  readonly given: string | undefined;
  /** What the outputs are given as when `-f` names nothing. */
  readonly usual: string;
  /** The outputs that the model has; undefined before it is read. */
  readonly names: ReadonlySet<string> | undefined;
}

/** What a folder's files, and standard output, hold when nothing else is said. */
const USUAL_FORMAT = "hdt";

/** Reads `-o` and `-f`. Throws BAD_USAGE, FORMAT_NOT_FOUND. */
export function planOutputs(request: OutputPlanRequest): OutputPlan {
  const { outputs, given, usual } = request;
  if (outputs.length > 0) return toFiles(outputs.map((text) => targetOf(text, request)));
  const name = given ?? usual;
  if (name === "pretty" || name === "json") return { kind: "print", format: name };
  const format = formatNamed(request, "-", name);
  return toFiles([{ path: "-", format, isFolder: false, name: undefined }]);
}

function toFiles(targets: readonly OutputTarget[]): OutputPlan {
  for (const { path, format } of targets) if (isStandardOutput(path)) refuseOnTerminal(format);
  return { kind: "files", targets };
}

/** Warnings for files whose extension belies what they will hold. */
export function warningsOf(catalog: PluginCatalog, plan: OutputPlan): readonly string[] {
  if (plan.kind !== "files") return [];
  return plan.targets.flatMap(({ path, format, isFolder }) =>
    isFolder ? [] : (belyingExtension(catalog, path, format) ?? []),
  );
}

function targetOf(text: string, request: OutputPlanRequest): OutputTarget {
  const { given, usual, names } = request;
  if (given === "pretty") {
    throw new HoduError("BAD_USAGE", "Cannot use --format pretty for files: expected a format of tensor files", {
      hint: "hodu run model.onnx -o outputs/ --format npy",
    });
  }
  const { name, path } = splitArgument(text, (known) => names?.has(known) ?? false, existsSync);
  if (name !== undefined && names?.has(name) === false) throw unknownName("output", name, [...names], "-o");
  const isFolder = name === undefined && isFolderName(path);
  const hasNoExtension = isFolder || isStandardOutput(path);
  const wanted = given ?? (hasNoExtension ? (usual === "pretty" ? USUAL_FORMAT : usual) : undefined);
  return { path, name, isFolder, format: formatNamed(request, path, wanted) };
}

/** A folder that is there, ends with a slash, or has no extension. */
function isFolderName(path: string): boolean {
  if (path === "-") return false;
  if (/[/\\]$/.test(path)) return true;
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? !/[^./\\]\.[^./\\]+$/.test(path) : found.isDirectory();
}

function formatNamed({ catalog }: OutputPlanRequest, path: string, name: string | undefined): OutputFormat {
  const found = outputFormat(catalog, path, name, "save_tensor");
  if (found !== undefined) return found;
  if (path === "-") throw unknownFormat(catalog, name ?? "");
  throw noOutputFormat(catalog, path, name, ["save_tensor"]);
}

function unknownFormat(catalog: PluginCatalog, name: string): HoduError {
  const able = catalog.formats.filter(({ component }) => component.capabilities.includes("save_tensor"));
  const names = [...new Set(able.flatMap(({ component }) => component.tensorExtensions))].map((dotted) =>
    dotted.slice(1),
  );
  return new HoduError(
    "BAD_USAGE",
    `Cannot use --format ${quote(name)}: expected pretty, json, or a format of tensor files: ${names.join(", ")}`,
    { hint: "hodu run model.onnx --format json" },
  );
}
