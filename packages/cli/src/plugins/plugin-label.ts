import type { ListedPlugin } from "@hodu/plugin-host/in-process";

/** A plugin as people see it in messages: `hodu-format-onnx 0.3.0`, or `builtin`. */
export function pluginLabel({ manifest, origin }: Pick<ListedPlugin, "manifest" | "origin">): string {
  return origin === "builtin" ? "builtin" : `${manifest.id} ${manifest.version}`;
}

/** The same, with where it runs: `hodu-format-onnx 0.3.0, in process`. */
export function placeLabel(plugin: Pick<ListedPlugin, "manifest" | "origin" | "isApart">): string {
  return `${pluginLabel(plugin)}, ${plugin.isApart === true ? "in a process of its own" : "in process"}`;
}

/** What tells a build of a plugin from all others, as the cache must: two of one version may differ while it is written. */
export function buildLabel({ manifest, digest, state }: Pick<ListedPlugin, "manifest" | "digest" | "state">): string {
  const build = digest ?? state?.();
  return [manifest.id, manifest.version, ...(build === undefined ? [] : [build])].join(" ");
}
