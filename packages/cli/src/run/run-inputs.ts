import { existsSync } from "node:fs";
import { bindInputs, type GraphInput, HoduError, quote } from "@hodu/core";
import { shellWord } from "@hodu/engine/node";
import type { PluginCatalog } from "@hodu/plugin-host";
import type { CallContext, NamedValue } from "hodu-plugin-sdk";
import { again } from "../terminal/again.ts";
import type { Status } from "../terminal/status.ts";
import { splitList } from "./file-arguments.ts";
import { randomInputs } from "./random-inputs.ts";
import { readValues } from "./read-values.ts";
import type { RunFlags, RunSettings } from "./settings.ts";

export interface RunInputsRequest {
  /** The model's file, for hints. */
  readonly path: string;
  readonly inputs: readonly GraphInput[];
  readonly flags: RunFlags;
  readonly settings: RunSettings;
  readonly catalog: PluginCatalog;
  readonly context: CallContext;
  readonly status: Status;
}

/** What `-i` and `-I` give, in their order: `NAME=PATH` or `PATH` each. */
export function inputArguments({ input = [], inputs = [] }: RunFlags): readonly string[] {
  const isFile = (piece: string): boolean => existsSync(piece) || existsSync(piece.slice(piece.indexOf("=") + 1));
  return [...input, ...inputs.flatMap((list) => splitList(list, isFile))];
}

/** Given and random inputs together, checked against what the model declares. Throws what reading throws, BAD_INPUT, BAD_USAGE, MISSING_INPUT. */
export async function runInputs(request: RunInputsRequest): Promise<NamedValue[]> {
  const { path, inputs, flags, settings, catalog, context, status } = request;
  const needed = inputs.filter((input) => input.default === undefined);
  const given = await readValues({
    arguments: inputArguments(flags),
    kind: "input",
    flag: "-i",
    declared: inputs,
    only: needed.length === 1 ? needed[0].name : undefined,
    catalog,
    context,
    status,
  });
  const missing = needed.filter(
    ({ name, type }) => type?.kind !== "optional" && !given.some((value) => value.name === name),
  );
  const symbols = sizesOf(request, given, missing);
  if (flags.randomInputs) return [...given, ...randomInputs(missing, symbols, settings.seed ?? 0)];
  const example = missing.map(({ name }) => `-i ${shellWord(name)}=FILE`).join(" ");
  bind(path, inputs, given, `${again(example)}, or --random-inputs instead`);
  return given;
}

/** Sizes of symbols from `--dim` and from the given inputs, which must agree. */
function sizesOf(
  { path, inputs, settings }: RunInputsRequest,
  given: readonly NamedValue[],
  missing: readonly GraphInput[],
): ReadonlyMap<string, number> {
  const known = new Set(inputs.flatMap((input) => symbolsOf(input)));
  for (const name of settings.dims.keys()) if (!known.has(name)) throw unknownSymbol(path, name, [...known]);
  const left = new Set(missing);
  const bound = bind(
    path,
    inputs.filter((input) => !left.has(input)),
    given,
  );
  for (const [name, size] of settings.dims) {
    const found = bound.get(name);
    if (found === undefined || found === size) continue;
    throw new HoduError(
      "BAD_INPUT",
      `Cannot use --dim ${name}=${size}: the given inputs have ${quote(name)} = ${found}`,
      { hint: `--dim ${name}=${found}` },
    );
  }
  return new Map([...bound, ...settings.dims]);
}

function unknownSymbol(path: string, name: string, known: readonly string[]): HoduError {
  const list = known.map(quote).join(", ") || "none";
  return new HoduError("BAD_USAGE", `Cannot use --dim ${quote(name)}: the model's symbols are ${list}`, {
    hint: known.length === 0 ? `hodu inspect ${shellWord(path)}` : `--dim ${shellWord(known[0])}=1`,
  });
}

/** Checks values against declared inputs. `missing`: the hint when one is not there. */
function bind(
  path: string,
  inputs: readonly GraphInput[],
  values: readonly NamedValue[],
  missing = "",
): ReadonlyMap<string, number> {
  const graph = { name: "", inputs, outputs: [], weights: [], nodes: [], values: [] };
  try {
    return bindInputs(
      graph,
      values.map(({ name, value }) => [name, value] as const),
    ).symbols;
  } catch (error) {
    if (!(error instanceof HoduError) || error.hint !== undefined) throw error;
    const hint = error.code === "MISSING_INPUT" ? missing : `hodu inspect ${shellWord(path)}`;
    throw new HoduError(error.code, error.message, { hint, where: error.where });
  }
}

function symbolsOf({ type }: GraphInput): string[] {
  if (type?.kind !== "tensor") return [];
  return (type.shape ?? []).flatMap((dim) => (typeof dim === "number" ? [] : dim.terms.map(([symbol]) => symbol)));
}
