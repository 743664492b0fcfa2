import { type Dirent, readdirSync } from "node:fs";
import { join } from "node:path";
import { isInstallName } from "./plugin-store.ts";

/** A folder that has the name and place of an install, whether the index lists it or not. */
export interface InstallOnDisk {
  readonly name: string;
  readonly folder: string;
}

/** All folders of installs below a folder of plugins. What is there beside them is left out. */
export function installsOnDisk(plugins: string): readonly InstallOnDisk[] {
  return pluginFolders(plugins).flatMap((name) =>
    foldersIn(join(plugins, name))
      .filter(isInstallName)
      .map((install) => ({ name, folder: join(plugins, name, install) })),
  );
}

function pluginFolders(plugins: string): readonly string[] {
  return foldersIn(plugins).flatMap((name) =>
    name.startsWith("@")
      ? foldersIn(join(plugins, name)).map((part) => `${name}/${part}`)
      : name.startsWith(".")
        ? []
        : [name],
  );
}

function foldersIn(folder: string): readonly string[] {
  let entries: readonly Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}
