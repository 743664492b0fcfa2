import type { BundledPlugin } from "@hodu/plugin-host/in-process";

/** A plugin as people see it in messages: `hodu-format-onnx 0.3.0`, or `builtin`. */
export function pluginLabel({ manifest, isBuiltIn }: Pick<BundledPlugin, "manifest" | "isBuiltIn">): string {
  return isBuiltIn ? "builtin" : `${manifest.id} ${manifest.version}`;
}
