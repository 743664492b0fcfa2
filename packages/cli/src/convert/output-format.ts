import { closestName, HoduError, quote } from "@hodu/core";
import { shellWord } from "@hodu/engine/node";
import type { Found, PluginRegistry } from "@hodu/plugin-host";
import type { FormatComponent } from "hodu-plugin-sdk";
import { claimed } from "../plugins/any-format.ts";

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
  registry: PluginRegistry,
  path: string,
  name: string | undefined,
  capability: SaveCapability,
): OutputFormat | undefined {
  const found = name === undefined ? claimed(registry, path, capability) : formatNamed(registry, name, capability);
  if (found === undefined) return undefined;
  const extensions = extensionsOf(found.component, capability);
  const wanted = name === undefined ? undefined : extensionNamed(name);
  const fits = extensions.filter((extension) => path.toLowerCase().endsWith(extension));
  return { ...found, extension: extensions.find((extension) => extension === wanted) ?? fits[0] ?? extensions[0] };
}

const extensionNamed = (name: string): string => `.${name.trim().toLowerCase().replace(/^\./, "")}`;

function formatNamed(
  registry: PluginRegistry,
  name: string,
  capability: SaveCapability,
): Found<FormatComponent> | undefined {
  const able = registry.formats.filter(({ component }) => component.capabilities.includes(capability));
  const wanted = name.trim().toLowerCase();
  return (
    able.find(({ component }) => extensionsOf(component, capability).includes(extensionNamed(name))) ??
    able.find(({ plugin, component }) => component.name === wanted || plugin.manifest.id.toLowerCase() === wanted)
  );
}

function extensionsOf(component: FormatComponent, capability: SaveCapability): readonly string[] {
  return capability === "save_model" ? component.modelExtensions : component.tensorExtensions;
}

/** That no format writes such a file. `example`: the command up to the output's name. */
export function noOutputFormat(
  registry: PluginRegistry,
  path: string,
  name: string | undefined,
  capabilities: readonly SaveCapability[],
  example: string,
): HoduError {
  const known = capabilities.flatMap((capability) =>
    registry.formats
      .filter(({ component }) => component.capabilities.includes(capability))
      .flatMap(({ component }) => extensionsOf(component, capability)),
  );
  const names = [...new Set(known)].map((extension) => extension.slice(1));
  const extension = /\.([^./\\]*)$/.exec(path)?.[1] ?? "";
  const near = closestName(name ?? extension, names) ?? names[0] ?? "hdss";
  const found =
    name !== undefined
      ? `no format that writes is named ${quote(name)}`
      : extension === ""
        ? "it has no extension"
        : `no format writes ${quote(`.${extension}`)} files`;
  return new HoduError(
    "FORMAT_NOT_FOUND",
    `Cannot write ${quote(path)}: ${found}, expected ${names.map((known) => `.${known}`).join(" or ")}`,
    { hint: `${example} ${shellWord(path)} --format ${near}`, where: { file: path } },
  );
}

/** A warning for a file whose extension says that it is of another format; undefined where they agree. */
export function belyingExtension(registry: PluginRegistry, path: string, format: OutputFormat): string | undefined {
  const reader = claimed(registry, path, "load_model") ?? claimed(registry, path, "load_tensor");
  const isOther = reader !== undefined && reader.component.name !== format.component.name;
  if (!isOther && (reader === undefined || path.toLowerCase().endsWith(format.extension))) return undefined;
  return `${quote(path)} will hold ${format.component.title}, which its extension belies: name it *${format.extension} to read it`;
}
