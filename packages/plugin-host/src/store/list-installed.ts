import { existsSync } from "node:fs";
import { join } from "node:path";
import { HoduError, quote } from "@hodu/core";
import { listFolder } from "../list-folder.ts";
import type { ListedPlugin } from "../listed-plugin.ts";
import type { InstalledPlugin } from "./installed-plugin.ts";
import { packageFolder, type PluginStore } from "./plugin-store.ts";

/** How an installed plugin is listed and loaded: what its process prints goes to `logs/NAME.log` in the home folder. */
export function listInstalled(
  store: PluginStore,
  { name, manifest, source, digest, in_process, ...entry }: InstalledPlugin,
): ListedPlugin {
  const folder = packageFolder(store, { name, ...entry });
  const listed = listFolder({
    manifest,
    folder,
    origin: "user",
    source,
    digest,
    inProcess: in_process === true,
    logFile: logFile(store, name),
  });
  return {
    ...listed,
    load: async () => {
      if (!existsSync(folder)) throw missingFolder(name, folder);
      // Another Hodu of the same home, or this one before it was moved, may have linked its own SDK.
      if (entry.folder === undefined) (await import("../install/link-sdk.ts")).linkSdk(folder);
      return listed.load();
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
