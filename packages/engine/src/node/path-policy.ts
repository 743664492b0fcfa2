import { type BigIntStats, lstatSync, realpathSync } from "node:fs";
import { isAbsolute, join, relative, resolve, sep, win32 } from "node:path";
import { HoduError, quote } from "@hodu/core";
import { kindOf, openSame, type RegularFile } from "./regular-file.ts";
import { shellWord } from "hodu-plugin-sdk/node";

/** Who asks for a file and what they may have. */
export interface SiblingRequest {
  /** The name of the file that refers to the other; for messages. */
  readonly owner: string;
  /** The folder of that file. */
  readonly folder: string;
  /** The other file's name as it stands in the first. */
  readonly name: string;
  /** Files and folders outside that the user allowed. */
  readonly allowed: readonly string[];
}

export interface Sibling {
  readonly path: string;
  readonly file: RegularFile;
}

/**
 * Opens a file that another file refers to, if the path policy allows it: a regular file in the folder of the first or below,
 * reached without "..", absolute path, symbolic link or hard link. Throws POLICY, BAD_MODEL, IO; never waits for a pipe.
 */
export function openSibling(request: SiblingRequest): Sibling {
  const { owner, folder, name } = request;
  const bad = (found: string, hint?: string): HoduError =>
    new HoduError("BAD_MODEL", `Cannot open ${quote(name)} for ${quote(owner)}: ${found}`, {
      hint,
      where: { file: owner },
    });
  if (name === "") throw bad("its name is empty, expected a relative path");
  if (name.includes("\0")) throw bad("its name contains a NUL character, expected a relative path");

  const path = resolve(folder, name);
  const stats = lstatOf(path, bad);
  if (stats !== undefined && !stats.isFile() && !stats.isSymbolicLink() && !stats.isDirectory()) {
    throw bad(`it is ${kindOf(stats)}, expected a file`);
  }
  const objection = leavesFolder(name) ?? linkIn(folder, name) ?? hardLinkOf(stats);
  if (objection !== undefined && !isAllowed(path, request.allowed)) throw refuse(request, path, objection);
  if (objection !== undefined) return openAllowed(path, bad);
  if (stats === undefined) throw bad(`there is no such file in ${quote(folder)}`, `ls -l ${shellWord(folder)}`);
  if (!stats.isFile()) throw bad(`it is ${kindOf(stats)}, expected a file`);
  return { path, file: openSame(path, stats, (found) => refuse(request, path, `found ${found}`)) };
}

function refuse({ owner, name }: SiblingRequest, path: string, objection: string): HoduError {
  return new HoduError(
    "POLICY",
    `Cannot open ${quote(name)} for ${quote(owner)}: ${objection}; a model may refer to files in its own folder only, unless you allow it with --allow-external PATH`,
    {
      hint: `add --allow-external ${shellWord(realPathOf(path) ?? path)} if you trust the model`,
      where: { file: owner },
    },
  );
}

function openAllowed(path: string, bad: (found: string) => HoduError): Sibling {
  const real = realPathOf(path) ?? path;
  const stats = lstatOf(real, bad);
  if (stats === undefined) throw bad("there is no such file");
  if (!stats.isFile()) throw bad(`it is ${kindOf(stats)}, expected a file`);
  return { path, file: openSame(real, stats, (found) => bad(`found ${found}`)) };
}

/** Why the words of a path lead out of its folder, on any system; undefined when they do not. */
function leavesFolder(name: string): string | undefined {
  if (isAbsolute(name) || win32.isAbsolute(name) || /^[A-Za-z]:/.test(name)) return "its path is absolute";
  let depth = 0;
  for (const part of name.split(/[/\\]/)) {
    if (part === "..") depth -= 1;
    else if (part !== "" && part !== ".") depth += 1;
    if (depth < 0) return 'its path leads out of the folder by ".."';
  }
  return undefined;
}

/** The first symbolic link on the way from the folder to the file, as an objection. */
function linkIn(folder: string, name: string): string | undefined {
  let path = folder;
  for (const part of join(".", name).split(sep)) {
    path = join(path, part);
    const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false });
    if (stats === undefined) return undefined;
    if (stats.isSymbolicLink()) return `${quote(relative(folder, path))} is a symbolic link`;
  }
  return undefined;
}

/** A second name of a file may lie anywhere. */
function hardLinkOf(stats: BigIntStats | undefined): string | undefined {
  return stats?.isFile() && stats.nlink > 1n ? "it is a hard link: the file has other names as well" : undefined;
}

function isAllowed(path: string, allowed: readonly string[]): boolean {
  const real = realPathOf(path) ?? path;
  return allowed.some((entry) => {
    const way = relative(realPathOf(entry) ?? resolve(entry), real);
    return way === "" || (way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way));
  });
}

function realPathOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function lstatOf(path: string, bad: (found: string) => HoduError): BigIntStats | undefined {
  try {
    return lstatSync(path, { bigint: true, throwIfNoEntry: false });
  } catch (error) {
    throw bad(error instanceof Error ? error.message.replace(/, lstat.*$/s, "") : String(error));
  }
}
