import { quote } from "@hodu/core";
import type { Found, PluginCatalog } from "@hodu/plugin-host";
import type { FormatComponent } from "hodu-plugin-sdk";
import { claimed } from "../plugins/claimed.ts";
import { extensionNamed, extensionsOf, formatNamed } from "../plugins/format-named.ts";

/** A format to write a file with. */
export interface OutputFormat extends Found<FormatComponent> {
  /** The extension that tells which of the format's kinds of files it is: `.npz`. */
  readonly extension: string;
}

export type SaveCapability = "save_model" | "save_tensor";

/**
 * The format to write `path` with: the one that `name` names, be it by an extension (`npz`), its short name (`npy`) or its plugin's,
 * else the one of the path's extension. Undefined when there is none that saves.
 */
export function outputFormat(
  catalog: PluginCatalog,
  path: string,
  name: string | undefined,
  capability: SaveCapability,
): OutputFormat | undefined {
  const found = name === undefined ? claimed(catalog, path, capability) : formatNamed(catalog, name, capability);
  if (found === undefined) return undefined;
  const extensions = extensionsOf(found.component, capability);
  const wanted = name === undefined ? undefined : extensionNamed(name);
  const fits = extensions.filter((extension) => path.toLowerCase().endsWith(extension));
  return { ...found, extension: extensions.find((extension) => extension === wanted) ?? fits[0] ?? extensions[0] };
}

/** A warning for a file whose extension says that it is of another format; undefined where they agree. */
export function belyingExtension(catalog: PluginCatalog, path: string, format: OutputFormat): string | undefined {
  const reader = claimed(catalog, path, "load_model") ?? claimed(catalog, path, "load_tensor");
  const isOther = reader !== undefined && reader.component.name !== format.component.name;
  if (!isOther && (reader === undefined || path.toLowerCase().endsWith(format.extension))) return undefined;
  return `${quote(path)} will hold ${format.component.title}, which its extension belies: name it *${format.extension} to read it`;
}
