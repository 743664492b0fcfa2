import type { Component } from "hodu-plugin-sdk";
import type { ListedPlugin } from "./listed-plugin.ts";

/** A component and the plugin that offers it. */
export interface Found<C extends Component = Component> {
  readonly plugin: ListedPlugin;
  readonly component: C;
}

/** Whether `name` is its short name (`onnx`) or its plugin's id (`hodu-format-onnx`), in any case. */
export function isNamed({ plugin, component }: Found, name: string): boolean {
  const wanted = name.trim().toLowerCase();
  return component.name.toLowerCase() === wanted || plugin.manifest.id.toLowerCase() === wanted;
}

/** As messages list them: `onnx (hodu-format-onnx)`. */
export function candidatesOf(found: readonly Found[]): string[] {
  return found.map(({ plugin, component }) => `${component.name} (${plugin.manifest.id})`);
}
