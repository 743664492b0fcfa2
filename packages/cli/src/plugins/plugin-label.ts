import type { ListedPlugin } from "@hodu/plugin-host/in-process";

/** A plugin as people see it in messages: `hodu-format-onnx 0.3.0`, or `builtin`. */
export function pluginLabel({ manifest, origin }: Pick<ListedPlugin, "manifest" | "origin">): string {
  return origin === "builtin" ? "builtin" : `${manifest.id} ${manifest.version}`;
}
