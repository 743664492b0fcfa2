import { closestName, HoduError, quote } from "@hodu/core";
import type { Manifest } from "hodu-plugin-sdk";

/** Something with a manifest: a listed plugin, an installed one, or one in a registry. */
export interface WithManifest {
  readonly manifest: Manifest;
}

/**
 * The plugin of a name, in any case: its id (`hodu-format-onnx`), or else the short name of its id (`onnx`) or of one of its components
 * (`onnx`, `xla:cuda`), the latter also with its kind (`kernel:MatMul`). Throws PLUGIN_NOT_FOUND; BAD_USAGE with the candidates when it
 * could be several.
 */
export function pluginNamed<P extends WithManifest>(plugins: readonly P[], name: string): P {
  const found = pluginsNamed(plugins, name);
  if (found.length === 1) return found[0];
  if (found.length > 1) {
    const ids = found.map(({ manifest }) => manifest.id);
    throw new HoduError(
      "BAD_USAGE",
      `Cannot find plugin ${quote(name)}: it could be ${ids.join(" or ")}, expected one`,
      {
        hint: `hodu plugin info ${ids[0]}`,
      },
    );
  }
  const near = closestName(name, [
    ...new Set(plugins.flatMap((plugin) => [plugin.manifest.id, ...shortNames(plugin)])),
  ]);
  throw new HoduError("PLUGIN_NOT_FOUND", `Cannot find plugin ${quote(name)}: there is none of that name`, {
    hint: near === undefined ? "hodu plugin list --all" : `did you mean ${near} ?`,
  });
}

/** All plugins that a name could mean: the one of that id alone, if there is one. */
export function pluginsNamed<P extends WithManifest>(plugins: readonly P[], name: string): readonly P[] {
  const wanted = name.trim().toLowerCase();
  const exact = plugins.filter(({ manifest }) => manifest.id.toLowerCase() === wanted);
  return exact.length > 0 ? exact : plugins.filter((plugin) => shortNames(plugin).includes(wanted));
}

/** What names of packages begin with: `hodu-`, mostly with the kind of what they offer. */
const PREFIX =
  /^hodu-(?:(?:format|backend|runtime|adapter|transform|kernel-backend|kernel|hw-transform|operator|extension|plugin)-)?(?=.)/;

/** The name of a plugin without what its kind puts in front: `onnx` for `hodu-format-onnx` and `@acme/hodu-format-onnx`. */
export function shortName(id: string): string {
  return id
    .toLowerCase()
    .replace(/^@[^/]*\//, "")
    .replace(PREFIX, "");
}

function shortNames({ manifest: { id, components } }: WithManifest): readonly string[] {
  const names = components.flatMap((one) => [one.name, `${one.kind}:${one.name}`]);
  return [shortName(id), ...names.map((one) => one.toLowerCase())];
}
