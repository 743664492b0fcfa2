import { existsSync } from "node:fs";
import { join } from "node:path";
import { HoduError, quote } from "@hodu/core";
import { isApart, listFolder } from "../list-folder.ts";
import type { ListedPlugin } from "../listed-plugin.ts";
import type { InstalledPlugin } from "./installed-plugin.ts";
import { packageFolder, type PluginStore } from "./plugin-store.ts";

/** How an installed plugin is listed and loaded: what its process prints goes to `logs/NAME.log` in the home folder. */
export function listInstalled(store: PluginStore, entry: InstalledPlugin): ListedPlugin {
  const { name, manifest, source, digest } = entry;
  const inProcess = entry.in_process === true;
  return {
    manifest,
    origin: "user",
    // Made of a time, which takes long for hundreds of plugins of which most are never loaded.
    get folder() {
      return packageFolder(store, entry);
    },
    source,
    digest,
    ...(isApart(manifest, inProcess) && { isApart: true }),
    load: async () => {
      const folder = packageFolder(store, entry);
      if (!existsSync(folder)) throw missingFolder(name, folder);
      // Another Hodu of the same home, or this one before it was moved, may have linked its own SDK.
      if (entry.folder === undefined) (await import("../install/link-sdk.ts")).linkSdk(folder);
      const options = { source, digest, inProcess, logFile: logFile(store, name) };
      return listFolder({ manifest, folder, origin: "user", ...options }).load();
    },
  };
}

function missingFolder(name: string, folder: string): HoduError {
  const message = `Cannot load plugin ${quote(name)}: its folder ${quote(folder)} is not there, expected the files that were installed`;
  return new HoduError("BAD_PLUGIN", message, {
    hint: "hodu config get plugins_dir (where plugins are looked for)",
    where: { plugin: name, file: folder },
  });
}

/** The log of an installed plugin, or with `kind` of its build. A scope becomes a part of the name. */
export function logFile({ home }: Pick<PluginStore, "home">, name: string, kind = ""): string {
  return join(home, "logs", `${name.replace("/", "-")}${kind}.log`);
}
