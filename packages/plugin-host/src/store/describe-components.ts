import type { BackendComponent, Component, FormatComponent, Manifest } from "hodu-plugin-sdk";
import type { InstalledPlugin } from "./installed-plugin.ts";

const FORMAT_CAPABILITIES = ["load_model", "save_model", "load_tensor", "save_tensor"] as const;

/** What an entry of plugins.json says of the components of a plugin. */
export function describeComponents({
  components,
}: Manifest): Pick<InstalledPlugin, "type" | "capabilities" | "devices" | "targets" | "extensions"> {
  const backends = components.filter((component): component is BackendComponent => component.kind === "backend");
  const formats = components.filter((component): component is FormatComponent => component.kind === "format");
  return {
    type: components[0].kind,
    capabilities: { ...(backends.length > 0 && runs(backends)), ...(formats.length > 0 && reads(formats)) },
    ...(backends.length > 0 && {
      devices: unique(backends.flatMap(({ devices }) => devices)),
      targets: targetsOf(backends),
    }),
    ...(formats.length > 0 && {
      extensions: unique(
        formats.flatMap(({ modelExtensions, tensorExtensions }) => [...modelExtensions, ...tensorExtensions]),
      ),
    }),
  };
}

const runs = (backends: readonly BackendComponent[]): Readonly<Record<string, boolean>> => ({
  runner: backends.some(({ capabilities }) => capabilities.includes("run")),
  builder: backends.some(({ capabilities }) => capabilities.includes("build")),
});

const reads = (formats: readonly FormatComponent[]): Readonly<Record<string, boolean>> =>
  Object.fromEntries(
    FORMAT_CAPABILITIES.map((name) => [name, formats.some(({ capabilities }) => capabilities.includes(name))]),
  );

/** Those that build, by the names of targets that they list. */
function targetsOf(backends: readonly Component[]): readonly string[] {
  return unique(backends.flatMap((backend) => ("targets" in backend ? (backend.targets as readonly string[]) : [])));
}

const unique = (names: readonly string[]): readonly string[] => [...new Set(names)];
