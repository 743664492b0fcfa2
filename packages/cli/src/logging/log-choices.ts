import type { Found, PluginCatalog } from "@hodu/plugin-host";
import type { BackendComponent, HoduEvent } from "hodu-plugin-sdk";
import type { Log } from "./log.ts";

/** The catalog; which format it gives for a file is logged (host, debug). */
export function logFormats(catalog: PluginCatalog, overrides: ReadonlyMap<string, string>, log: Log): PluginCatalog {
  return {
    ...catalog,
    formatOfFile(file, capability) {
      const found = catalog.formatOfFile(file, capability);
      const { component, plugin } = found;
      const isWanted = [...overrides].some(
        ([extension, name]) =>
          file.toLowerCase().endsWith(extension) && [component.name, plugin.manifest.id].includes(name.toLowerCase()),
      );
      const reason =
        plugin.origin === "builtin" ? "built in" : isWanted ? "as the setting formats wants" : "by its extension";
      const fields = { file, capability, format: component.name, plugin: plugin.manifest.id };
      log.write(
        "host",
        "debug",
        `${capability} of ${file}: ${component.name} (${plugin.manifest.id}), ${reason}`,
        fields,
      );
      return found;
    },
  };
}

/** Logs where a model is on its way through the engine (engine, debug). */
export function logStage(event: HoduEvent, log: Log): void {
  if (event.type !== "StageStart" && event.type !== "StageEnd") return;
  const { type, stage } = event;
  if (type === "StageStart") return log.write("engine", "debug", `stage ${stage} starts`, { event: type, stage });
  const milliseconds = Math.round(event.milliseconds * 10) / 10;
  log.write("engine", "debug", `stage ${stage} took ${milliseconds} ms`, { event: type, stage, milliseconds });
}

/** Logs which backend was chosen, and from what (engine, debug). */
export function logBackend(
  { plugin, component }: Found<BackendComponent>,
  {
    device,
    backend,
    priority,
  }: { readonly device: string; readonly backend?: string | undefined; readonly priority: readonly string[] },
  log: Log,
): void {
  const reason =
    backend === undefined ? `first of ${priority.join(",")} and interp that runs there` : "as --backend wants";
  const fields = { device, backend: component.name, plugin: plugin.manifest.id, priority };
  log.write("engine", "debug", `backend for ${device}: ${component.name} (${plugin.manifest.id}), ${reason}`, fields);
}
