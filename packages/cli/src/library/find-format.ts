import { HoduError, quote } from "@hodu/core";
import type { Found, PluginCatalog } from "@hodu/plugin-host/in-process";
import type { ByteSource, FormatCapability, FormatComponent, FormatPlugin } from "hodu-plugin-sdk";
import { claimed } from "../plugins/claimed.ts";
import { formatByContent } from "../plugins/format-by-content.ts";
import { extensionsOf, formatNamed } from "../plugins/format-named.ts";
import { modelFormatOf, tensorFormatOf } from "../plugins/resolve-format.ts";
import { UNNAMED } from "./source-of.ts";

/** A format that is loaded. */
export interface LoadedFormat extends Found<FormatComponent> {
  readonly format: FormatPlugin;
}

/** The format that reads a file: the one of that name, else by its extension, else, for bytes without a name, by what they begin with. */
export async function readingFormat(
  catalog: PluginCatalog,
  source: ByteSource,
  capability: "load_model" | "load_tensor",
  name: string | undefined,
  isPath: boolean,
): Promise<LoadedFormat> {
  if (name !== undefined) return load(formatNamed(catalog, name, capability) ?? refuse(catalog, name, capability));
  const found =
    claimed(catalog, source.name, capability) ??
    (isPath ? undefined : await formatByContent(catalog, source, capability));
  if (found !== undefined) return load(found);
  if (source.name === UNNAMED) return refuseBytes(catalog, source, capability);
  return load(await (capability === "load_model" ? modelFormatOf(catalog, source) : tensorFormatOf(catalog, source)));
}

/** Imports the plugin of a format. */
export async function load(found: Found<FormatComponent>): Promise<LoadedFormat> {
  return { ...found, format: (await found.plugin.load()).formats![found.component.name] };
}

/** Throws FORMAT_NOT_FOUND for content that does not say what it is. */
function refuseBytes(catalog: PluginCatalog, { size }: ByteSource, capability: FormatCapability): never {
  throw new HoduError(
    "FORMAT_NOT_FOUND",
    `Cannot read ${size} bytes: they do not begin as a format that is known, expected one of ${namesFor(catalog, capability)}`,
    { hint: capability === "load_model" ? `{ format: "onnx" }` : `{ format: "npy" }` },
  );
}

/** Throws FORMAT_NOT_FOUND with the names that there are. */
export function refuse(catalog: PluginCatalog, name: string, capability: FormatCapability): never {
  const what = capability.startsWith("load") ? "reads" : "writes";
  const kind = capability.endsWith("_model") ? "models" : "tensors";
  throw new HoduError(
    "FORMAT_NOT_FOUND",
    `Cannot use format ${quote(name)}: none of that name ${what} ${kind}, expected one of ${namesFor(catalog, capability)}`,
  );
}

/** `hdss, onnx`. */
function namesFor(catalog: PluginCatalog, capability: FormatCapability): string {
  const able = catalog.formats.filter(({ component }) => component.capabilities.includes(capability));
  const names = new Set(able.flatMap(({ component }) => extensionsOf(component, capability)));
  return [...names].map((extension) => extension.slice(1)).join(", ");
}
