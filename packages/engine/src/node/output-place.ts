import { accessSync, type BigIntStats, constants, lstatSync, readlinkSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { kindOf } from "./regular-file.ts";
import { cannotCreate, errnoOf, writeError } from "hodu-plugin-sdk/node";

/** A place for a file: its path, at the end of all links, and what is there now. */
export interface FilePlace {
  readonly path: string;
  readonly existing: BigIntStats | undefined;
}

/** Where an output goes. */
export type OutputPlace =
  | ({ readonly kind: "file" } & FilePlace)
  /** A pipe or a device, which is written straight through. */
  | { readonly kind: "stream"; readonly path: string };

/** Links that are followed to a file that is not there yet; Linux follows as many. */
const MAX_LINKS = 40;

/** The places that stand for what this process has open already. */
const OPEN_ALREADY = /^\/(dev\/(stdout|stderr|fd\/)|proc\/)/;

/**
 * Where writing to `path` writes: through symbolic links to their target, and straight into pipes and devices.
 * Throws CANNOT_CREATE for a directory, a socket, and a file that is there and may not be written.
 */
export function outputPlace(path: string): OutputPlace {
  if (path === "" || path.includes("\0")) throw cannotCreate(path, "it is no file name");
  if (/[/\\]$/.test(path)) throw cannotCreate(path, "it is the name of a directory, expected a file");
  const found = statOf(path);
  if (found === undefined) return { kind: "file", path: targetOf(path), existing: undefined };
  if (found.isDirectory()) throw cannotCreate(path, "it is a directory, expected a file");
  if (found.isSocket()) throw cannotCreate(path, "it is a socket, expected a file");
  if (!found.isFile() || OPEN_ALREADY.test(resolve(path))) return { kind: "stream", path };
  try {
    accessSync(path, constants.W_OK);
    return { kind: "file", path: realpathSync(path), existing: found };
  } catch (cause) {
    throw writeError(path, cause);
  }
}

/** What stands at the place of a file beside the output, which is not reached through links. Throws CANNOT_CREATE when it is no file. */
export function siblingPlace(folder: string, name: string): FilePlace {
  const path = join(folder, name);
  const found = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  if (found === undefined || found.isFile() || found.isSymbolicLink()) {
    return { path, existing: found?.isFile() ? found : undefined };
  }
  throw cannotCreate(path, `it is ${kindOf(found)}, expected a file`);
}

function statOf(path: string): BigIntStats | undefined {
  try {
    return statSync(path, { bigint: true });
  } catch (cause) {
    if (errnoOf(cause) === "ENOENT") return undefined;
    throw writeError(path, cause);
  }
}

/** The path of a file that is not there, at the end of the links that lead to it. */
function targetOf(path: string): string {
  let at = path;
  for (let i = 0; i < MAX_LINKS; i++) {
    let folder: string;
    try {
      folder = realpathSync(dirname(at));
    } catch (cause) {
      throw writeError(at, cause);
    }
    const own = join(folder, basename(at));
    if (!lstatSync(own, { throwIfNoEntry: false })?.isSymbolicLink()) return own;
    at = resolve(folder, readlinkSync(own));
  }
  throw cannotCreate(path, "its symbolic links lead round in a circle");
}
