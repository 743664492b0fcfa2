import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** Folder of what Hodu keeps for a user: HODU_HOME, or `.hodu` in the home folder; undefined where there is none. */
export function hoduHome(environment: NodeJS.ProcessEnv): string | undefined {
  const moved = environment.HODU_HOME ?? "";
  if (moved !== "") return resolve(expandHome(moved));
  const home = homeFolder();
  return home === undefined ? undefined : join(home, ".hodu");
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
