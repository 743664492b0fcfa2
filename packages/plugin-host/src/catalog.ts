import { HoduError, quote } from "@hodu/core";
import type { BackendComponent, FormatCapability, FormatComponent } from "hodu-plugin-sdk";
import type { ListedPlugin } from "./listed-plugin.ts";
import { candidatesOf, type Found, isNamed } from "./found.ts";
import { formatOfFile } from "./format-of-file.ts";
import { oneOf } from "./one-of.ts";

/** What is known of all plugins, from their manifests alone: no plugin is loaded. */
export interface PluginCatalog {
  /** In the order given. */
  readonly plugins: readonly ListedPlugin[];
  /** Plugins that are there and not to be used, for errors that miss what they offer. */
  readonly disabled: readonly ListedPlugin[];
  readonly formats: readonly Found<FormatComponent>[];
  /** What the engine chooses a backend from. */
  readonly backends: readonly Found<BackendComponent>[];
  /**
   * The format that has `capability` and claims the file's extension; of several extensions that fit (`.b`, `.a.b`) the longest counts.
   * Built-in formats come first, then the overrides, then the plugins in their order. Throws FORMAT_NOT_FOUND; CONFIG for an override
   * that cannot serve.
   */
  formatOfFile(file: string, capability: FormatCapability): Found<FormatComponent>;
  /** By short name (`onnx`) or plugin id (`hodu-format-onnx`), in any case. Throws FORMAT_NOT_FOUND, BAD_USAGE when ambiguous. */
  format(name: string): Found<FormatComponent>;
}

export interface CatalogOptions {
  readonly disabled?: readonly ListedPlugin[];
  /** Plugins or formats, by short name or id, for the files of an extension (`.npy`); those of built-in formats are not overridden. */
  readonly overrides?: ReadonlyMap<string, string>;
}

/** Throws PLUGIN_PROTOCOL when two plugins have one id. */
export function makeCatalog(
  plugins: readonly ListedPlugin[],
  { overrides, disabled = [] }: CatalogOptions = {},
): PluginCatalog {
  refuseDuplicates(plugins);
  const all = plugins.flatMap((plugin) => plugin.manifest.components.map((component) => ({ plugin, component })));
  const formats = all.filter((found): found is Found<FormatComponent> => found.component.kind === "format");
  const backends = all.filter((found): found is Found<BackendComponent> => found.component.kind === "backend");
  return {
    plugins,
    disabled,
    formats,
    backends,
    formatOfFile: (file, capability) => formatOfFile(formats, overrides ?? new Map(), file, capability),
    format: (name) => formatOfName(formats, name),
  };
}

function refuseDuplicates(plugins: readonly ListedPlugin[]): void {
  const ids = new Set<string>();
  for (const { manifest } of plugins) {
    const id = manifest.id.toLowerCase();
    if (ids.has(id)) {
      throw new HoduError(
        "PLUGIN_PROTOCOL",
        `Cannot list plugin ${quote(manifest.id)}: it is there twice, expected once`,
        {
          where: { plugin: manifest.id },
        },
      );
    }
    ids.add(id);
  }
}

function formatOfName(formats: readonly Found<FormatComponent>[], name: string): Found<FormatComponent> {
  const found = formats.filter((format) => isNamed(format, name));
  if (found.length === 1) return found[0];
  if (found.length > 1) throw ambiguous(`use format ${quote(name)}`, found);
  const known = formats.map(({ component }) => component.name);
  throw new HoduError(
    "FORMAT_NOT_FOUND",
    `Cannot use format ${quote(name)}: there is none of that name, expected ${known.length === 0 ? "an installed format" : oneOf(known)}`,
  );
}

function ambiguous(what: string, found: readonly Found[]): HoduError {
  return new HoduError("BAD_USAGE", `Cannot ${what}: it could be ${candidatesOf(found).join(" or ")}, expected one`);
}
