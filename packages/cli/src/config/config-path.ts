import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { HoduError } from "@hodu/core";

/** Folder of what Hodu keeps for a user: HODU_HOME, or `.hodu` in the home folder; undefined where there is none. */
export function hoduHome(environment: NodeJS.ProcessEnv): string | undefined {
  const moved = environment.HODU_HOME ?? "";
  if (moved !== "") return resolve(expandHome(moved));
  const home = homeFolder();
  return home === undefined ? undefined : join(home, ".hodu");
}

/** The configuration file, whether it is there or not. Throws CONFIG where there is no home folder. */
export function configPath(environment: NodeJS.ProcessEnv): string {
  const folder = hoduHome(environment);
  if (folder !== undefined) return join(folder, "config.toml");
  throw new HoduError("CONFIG", "Cannot tell where the configuration is: found no home folder, expected one", {
    hint: "HODU_HOME=/path/to/folder hodu config path",
  });
}

/** A path with `~` for the home folder in front, written out. */
export function expandHome(path: string): string {
  const home = homeFolder();
  return home !== undefined && /^~(?=$|[/\\])/.test(path) ? home + path.slice(1) : path;
}

/** Node throws where a user has neither HOME nor an entry in the system's list. */
function homeFolder(): string | undefined {
  try {
    return homedir() || undefined;
  } catch {
    return undefined;
  }
}
