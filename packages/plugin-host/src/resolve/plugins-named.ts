import type { Manifest } from "hodu-plugin-sdk";

/** Something with a manifest: a listed plugin, an installed one, or one in a registry. */
export interface WithManifest {
  readonly manifest: Manifest;
}

/**
 * All plugins that a name could mean, in any case: the one of that id (`hodu-format-onnx`), else those of that short name (`onnx`), or with a
 * component of that name (`onnx`, `xla:cuda`), also with its kind (`kernel:MatMul`).
 */
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

/** Names that a person may type for a plugin, beside its id, in lower case. */
export function shortNames({ manifest: { id, components } }: WithManifest): readonly string[] {
  const names = components.flatMap((one) => [one.name, `${one.kind}:${one.name}`]);
  return [shortName(id), ...names.map((one) => one.toLowerCase())];
}
