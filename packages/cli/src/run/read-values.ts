import { existsSync } from "node:fs";
import { type DType, HoduError, type ValueType, quote } from "@hodu/core";
import { fitValue } from "@hodu/engine";
import type { PluginCatalog } from "@hodu/plugin-host";
import type { CallContext, NamedValue } from "hodu-plugin-sdk";
import { formatByContent } from "../plugins/format-by-content.ts";
import { openInput } from "../plugins/open-input.ts";
import { readAs, tensorFormatOf } from "../plugins/resolve-format.ts";
import type { Status } from "../terminal/status.ts";
import { splitArgument, unknownName } from "./file-arguments.ts";

/** A name that the model declares, with its type. */
interface Declared {
  readonly name: string;
  readonly type: ValueType | undefined;
}

export interface ReadValuesRequest {
  readonly arguments: readonly string[];
  readonly kind: "input" | "output";
  /** The option that the arguments came with. */
  readonly flag: string;
  readonly declared: readonly Declared[];
  /** The one that a file without a name is for. */
  readonly only: string | undefined;
  readonly catalog: PluginCatalog;
  readonly context: CallContext;
  readonly status: Status;
}

/** Reads the files of `-i` or `--expect`, and fits each value to what the model declares. Throws what reading throws, BAD_INPUT, BAD_USAGE. */
export async function readValues(request: ReadValuesRequest): Promise<NamedValue[]> {
  const found: NamedValue[] = [];
  const seen = new Set<string>();
  for (const text of request.arguments) {
    for (const { name, value } of await readArgument(text, request)) {
      const declared = request.declared.find((other) => other.name === name);
      if (declared === undefined) throw unknownName(request.kind, name, namesOf(request), request.flag);
      if (seen.has(name)) {
        throw new HoduError("BAD_USAGE", `Cannot use ${request.flag} for ${quote(name)}: it is given twice`, {
          hint: `${request.flag} ${name}=FILE`,
        });
      }
      seen.add(name);
      found.push({ name, value: fitValue(value, declared.type) });
    }
  }
  return found;
}

const namesOf = ({ declared }: ReadValuesRequest): string[] => declared.map(({ name }) => name);

async function readArgument(text: string, request: ReadValuesRequest): Promise<readonly NamedValue[]> {
  const names = new Set(namesOf(request));
  const { name, path } = splitArgument(text, (known) => names.has(known), existsSync);
  if (name !== undefined && !names.has(name)) throw unknownName(request.kind, name, [...names], request.flag);
  const values = await readFile(path, name, request);
  if (name !== undefined) return [{ name, value: pick(values, name, path).value }];
  if (values.length === 1 && !names.has(values[0].name)) {
    if (request.only !== undefined) return [{ name: request.only, value: values[0].value }];
    throw new HoduError(
      "BAD_USAGE",
      `Cannot tell which ${request.kind} ${quote(path)} is for: the model's ${request.kind}s are ${[...names].map(quote).join(", ")}`,
      { hint: `${request.flag} ${[...names][0] ?? "name"}=${path}` },
    );
  }
  return values;
}

/** The value of a file for a name: the only one, or the one of that name. */
function pick(values: readonly NamedValue[], name: string, path: string): NamedValue {
  const found = values.length === 1 ? values[0] : values.find((value) => value.name === name);
  if (found !== undefined) return found;
  const names = values.map((value) => quote(value.name)).join(", ") || "no values";
  throw new HoduError("BAD_INPUT", `Cannot take ${quote(name)} from ${quote(path)}: found ${names}`, {
    where: { file: path },
  });
}

async function readFile(
  path: string,
  name: string | undefined,
  request: ReadValuesRequest,
): Promise<readonly NamedValue[]> {
  const { catalog } = request;
  const source = await openInput(path, request.status);
  // What people type needs no telling that it is JSON.
  const piped =
    path === "-" ? ((await formatByContent(catalog, source, "load_tensor")) ?? catalog.format("json")) : undefined;
  const { plugin, component } = piped ?? (await tensorFormatOf(catalog, source));
  const loaded = await plugin.load();
  const format = loaded.formats![component.name];
  const options = { dtypes: dtypesFor(request, name ?? request.only) };
  return readAs(
    source,
    "load_tensor",
    async () => (await format.loadTensors!(source, options, request.context)).values,
  );
}

/** The dtypes that the model declares, by name; `only` is the name that an unnamed value is for. */
function dtypesFor({ declared }: ReadValuesRequest, only: string | undefined): readonly (readonly [string, DType])[] {
  return declared.flatMap(({ name, type }) => {
    const dtype = elementDtype(type);
    if (dtype === undefined) return [];
    return name === only ? [[name, dtype] as const, ["", dtype] as const] : [[name, dtype] as const];
  });
}

function elementDtype(whole: ValueType | undefined): DType | undefined {
  let type = whole;
  while (type !== undefined && type.kind !== "tensor" && type.kind !== "map") type = type.element;
  return type?.kind === "tensor" ? type.dtype : undefined;
}
