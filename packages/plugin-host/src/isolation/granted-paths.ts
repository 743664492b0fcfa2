import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** Paths of a manifest's permissions as they are on this machine: relative to the plugin's folder, `~` is the home folder. */
export function grantedPaths(paths: readonly string[], folder: string): readonly string[] {
  return paths.map((path) =>
    path === "~" || /^~[/\\]/.test(path) ? join(homedir(), path.slice(1)) : resolve(folder, path),
  );
}

/** Makes the folders that a plugin may write and that are not there yet: it could not, outside of what it sees. */
export function makeWritable(paths: readonly string[]): void {
  for (const path of paths) {
    try {
      mkdirSync(path, { recursive: true });
    } catch {
      // It is a file, or the user may not make it: then the plugin cannot, either.
    }
  }
}
