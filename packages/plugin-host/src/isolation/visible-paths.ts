import { readdirSync, realpathSync, statSync } from "node:fs";

/** A file or folder that a sandboxed process sees. */
export interface VisiblePath {
  /** Where it is. */
  readonly source: string;
  /** Where the process sees it. */
  readonly path: string;
  readonly isFile: boolean;
  readonly isWritable: boolean;
}

export interface Wanted {
  /** Folders and files of the plugin's own code and of what runs it. */
  readonly code: readonly string[];
  readonly read: readonly string[];
  readonly write: readonly string[];
  /** Native code may be for devices: it sees them. */
  readonly isNative: boolean;
}

/** Programs and libraries. */
const SYSTEM = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/opt"];

/** What programs and libraries read of the settings of the machine, none of it secret. */
const SETTINGS = (
  "alternatives ca-certificates group hosts ld.so.cache ld.so.conf ld.so.conf.d localtime " +
  "nsswitch.conf passwd pki resolv.conf ssl timezone"
)
  .split(" ")
  .map((name) => `/etc/${name}`);

const DEVICES = ["null", "zero", "full", "random", "urandom"].map((name) => `/dev/${name}`);

/** What there is of it, folders before what is in them. */
export function visiblePaths({ code, read, write, isNative }: Wanted): readonly VisiblePath[] {
  const found = new Map<string, VisiblePath>();
  const add = (path: string, isWritable: boolean): void => {
    for (const one of placesOf(path).flatMap((place) => seenAs(place, isWritable))) {
      if (isWritable || !found.has(one.path)) found.set(one.path, one);
    }
  };
  for (const path of [...SYSTEM, ...SETTINGS, ...code, ...read]) add(path, false);
  for (const path of [...(isNative ? ["/dev", "/sys"] : DEVICES), ...write]) add(path, true);
  return [...found.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** The root is the sandbox's own: all that is in it is shown there. */
const placesOf = (path: string): readonly string[] =>
  path === "/" ? readdirSync(path).map((name) => `/${name}`) : [path];

/** A path, and the one that it is a link to. */
function seenAs(path: string, isWritable: boolean): readonly VisiblePath[] {
  try {
    const source = realpathSync(path);
    const isFile = !statSync(source).isDirectory();
    const places = source === "/" ? [path] : [...new Set([path, source])];
    return places.map((one) => ({ source, path: one, isFile, isWritable }));
  } catch {
    return [];
  }
}
