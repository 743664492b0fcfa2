import { existsSync } from "node:fs";
import { HoduError, quote } from "@hodu/core";
import type { InstalledPlugin } from "../store/installed-plugin.ts";
import { type PluginStore, sourceFolder } from "../store/plugin-store.ts";
import { installPlugin } from "./install-plugin.ts";
import type { InstallHost, InstallOutcome } from "./install-request.ts";

/** Builds an installed plugin again, of the sources that were kept: the same version, built as it was. Throws as `installPlugin` does. */
export function rebuildPlugin(store: PluginStore, entry: InstalledPlugin, host: InstallHost): Promise<InstallOutcome> {
  const { name, version, source, debug, in_process, folder } = entry;
  if (folder !== undefined) {
    throw new HoduError(
      "BAD_USAGE",
      `Cannot rebuild plugin ${quote(name)}: it is used in its own folder, ${quote(folder)}`,
      {
        hint: `hodu plugin dev ${folder}`,
        where: { plugin: name },
      },
    );
  }
  const kept = sourceFolder(store, entry);
  if (!existsSync(kept)) {
    throw new HoduError(
      "MISSING_INPUT",
      `Cannot rebuild plugin ${quote(name)}: its sources are not in ${quote(kept)}, expected them as they were kept`,
      { hint: "hodu config get plugins_dir (where plugins are looked for)", where: { plugin: name, file: kept } },
    );
  }
  const request = {
    source: { kind: "kept", path: kept, label: source },
    expected: { name, version },
    debug,
    inProcess: in_process ?? false,
    force: true,
    retry: `hodu plugin rebuild ${name}`,
  } as const;
  return installPlugin(store, request, host);
}
