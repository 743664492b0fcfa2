import { HoduError, quote } from "@hodu/core";
import type { BackendComponent, Component, FormatCapability, FormatComponent } from "hodu-plugin-sdk";
import type { BundledPlugin } from "./bundled.ts";

/** A component and the plugin that offers it. */
export interface Found<C extends Component = Component> {
  readonly plugin: BundledPlugin;
  readonly component: C;
}

/** What is known of all plugins, from their manifests alone: no plugin is loaded. */
export interface PluginRegistry {
  /** In the order given. */
  readonly plugins: readonly BundledPlugin[];
  readonly formats: readonly Found<FormatComponent>[];
  /** What the engine chooses a backend from. */
  readonly backends: readonly Found<BackendComponent>[];
  /**
   * The format that has `capability` and claims the file's extension; of several extensions that fit (`.b`, `.a.b`) the longest counts.
   * Throws FORMAT_NOT_FOUND; BAD_USAGE, naming the candidates, when several formats claim it.
   */
  formatOfFile(file: string, capability: FormatCapability): Found<FormatComponent>;
  /** By short name (`onnx`) or plugin id (`hodu-format-onnx`), in any case. Throws FORMAT_NOT_FOUND, BAD_USAGE when ambiguous. */
  format(name: string): Found<FormatComponent>;
}

/** Throws PLUGIN_PROTOCOL when two plugins have one id. */
export function makeRegistry(plugins: readonly BundledPlugin[]): PluginRegistry {
  refuseDuplicates(plugins);
  const all = plugins.flatMap((plugin) => plugin.manifest.components.map((component) => ({ plugin, component })));
  const formats = all.filter((found): found is Found<FormatComponent> => found.component.kind === "format");
  const backends = all.filter((found): found is Found<BackendComponent> => found.component.kind === "backend");
  return {
    plugins,
    formats,
    backends,
    formatOfFile: (file, capability) => formatOfFile(formats, file, capability),
    format: (name) => formatOfName(formats, name),
  };
}

function refuseDuplicates(plugins: readonly BundledPlugin[]): void {
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
  const wanted = name.trim().toLowerCase();
  const found = formats.filter(
    ({ plugin, component }) => component.name.toLowerCase() === wanted || plugin.manifest.id.toLowerCase() === wanted,
  );
  if (found.length === 1) return found[0];
  if (found.length > 1) throw ambiguous(`use format ${quote(name)}`, found);
  const known = formats.map(({ component }) => component.name);
  throw new HoduError(
    "FORMAT_NOT_FOUND",
    `Cannot use format ${quote(name)}: there is none of that name, expected ${known.length === 0 ? "an installed format" : oneOf(known)}`,
  );
}

function formatOfFile(
  formats: readonly Found<FormatComponent>[],
  file: string,
  capability: FormatCapability,
): Found<FormatComponent> {
  const able = formats.filter(({ component }) => component.capabilities.includes(capability));
  const lower = file.toLowerCase();
  let longest = 0;
  let found: Found<FormatComponent>[] = [];
  for (const format of able) {
    for (const extension of extensionsOf(format.component, capability)) {
      if (!lower.endsWith(extension) || extension.length < longest) continue;
      if (extension.length > longest) found = [];
      longest = extension.length;
      if (!found.includes(format)) found.push(format);
    }
  }
  if (found.length === 1) return found[0];
  const what = `read ${quote(file)} as a ${capability === "load_model" ? "model" : "tensor file"}`;
  if (found.length > 1) throw ambiguous(what, found);
  const known = [...new Set(able.flatMap(({ component }) => extensionsOf(component, capability)))].sort();
  throw new HoduError(
    "FORMAT_NOT_FOUND",
    `Cannot ${what}: no format has its extension, expected ${known.length === 0 ? "an installed format" : oneOf(known)}`,
    { where: { file } },
  );
}

function extensionsOf(format: FormatComponent, capability: FormatCapability): readonly string[] {
  return capability === "load_model" ? format.modelExtensions : format.tensorExtensions;
}

function ambiguous(what: string, found: readonly Found[]): HoduError {
  const candidates = found.map(({ plugin, component }) => `${component.name} (${plugin.manifest.id})`);
  return new HoduError("BAD_USAGE", `Cannot ${what}: it could be ${candidates.join(" or ")}, expected one`);
}

function oneOf(names: readonly string[]): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
}
