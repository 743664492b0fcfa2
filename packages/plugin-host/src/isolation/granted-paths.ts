import { mkdirSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { Permissions } from "hodu-plugin-sdk";
import { isWithin } from "../is-within.ts";
import { wayTo } from "./way-to.ts";

/** Files and folders of this machine that a plugin may read, and that it may read and write. */
export interface GrantedPaths {
  readonly read: readonly string[];
  readonly write: readonly string[];
}

/**
 * The paths of a manifest's permissions on this machine: relative to the plugin's folder, `~` is the home folder. Those that lie in a
 * folder which it may write come with that. Left out is where a link in its own folder leads out of it: its build may have made that.
 */
export function grantedPaths({ read = [], write = [] }: Permissions, folder: string): GrantedPaths {
  const whole = (path: string): string =>
    path === "~" || /^~[/\\]/.test(path) ? join(homedir(), path.slice(1)) : resolve(folder, path);
  const [own, ...writable] = [folder, ...write.map(whole)].map(realPath);
  const isKept = (path: string): boolean => {
    for (const { place, isLink } of wayTo(path)) {
      if (writable.some((one) => one !== place && isWithin(place, one))) return false;
      if (isLink && isWithin(place, own) && !isWithin(realPath(place), own)) return false;
    }
    return true;
  };
  return { read: read.map(whole).filter(isKept), write: write.map(whole).filter(isKept) };
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

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
