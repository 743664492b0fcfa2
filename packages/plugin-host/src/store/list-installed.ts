import { join } from "node:path";
import { listFolder } from "../list-folder.ts";
import type { ListedPlugin } from "../listed-plugin.ts";
import type { InstalledPlugin } from "./installed-plugin.ts";
import { packageFolder, type PluginStore } from "./plugin-store.ts";

/** How an installed plugin is listed and loaded: what its process prints goes to `logs/NAME.log` in the home folder. */
export function listInstalled(
  store: PluginStore,
  { name, manifest, source, digest, in_process, ...entry }: InstalledPlugin,
): ListedPlugin {
  return listFolder({
    manifest,
    folder: packageFolder(store, { name, ...entry }),
    origin: "user",
    source,
    digest,
    inProcess: in_process === true,
    logFile: logFile(store, name),
  });
}

/** The log of an installed plugin, or with `kind` of its build. A scope becomes a part of the name. */
export function logFile({ home }: Pick<PluginStore, "home">, name: string, kind = ""): string {
  return join(home, "logs", `${name.replace("/", "-")}${kind}.log`);
}
