import { type BigIntStats, constants, type Dirent } from "node:fs";
import { copyFile, lstat, mkdir, readdir, realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { HoduError, quote } from "@hodu/core";
import { abortError } from "hodu-plugin-sdk";
import { errnoOf, writeError } from "hodu-plugin-sdk/node";
import { MAX_BYTES, MAX_DEPTH, MAX_FILES } from "./limits.ts";

/** What was copied so far, over several folders. */
export class CopyAllowance {
  #files = 0;
  #bytes = 0;

  /** Throws POLICY when it is too much. */
  take(path: string, bytes: number): void {
    this.#files += 1;
    this.#bytes += bytes;
    if (this.#files > MAX_FILES) throw refusal(path, `more than ${MAX_FILES} files`, "fewer");
    if (this.#bytes > MAX_BYTES)
      throw refusal(path, "the files are too large", `at most ${MAX_BYTES >> 20} MiB in all`);
  }
}

export interface CopyOptions {
  readonly allowance: CopyAllowance;
  readonly signal: AbortSignal;
  /** Real paths of folders that are left out. */
  readonly without?: readonly string[];
  /** Names that are left out, at any depth. */
  readonly withoutNames?: ReadonlySet<string>;
  /** Told of each file that was copied. */
  readonly copied?: (bytes: number) => void;
}

/** Folders that are no part of a package's sources; what it depends on is copied by itself. */
export const NO_SOURCES: ReadonlySet<string> = new Set(["node_modules", ".git", ".hg", ".svn", ".DS_Store"]);

/**
 * Copies the files and folders of a folder. A symbolic link to a file inside becomes that file. Throws POLICY for links that lead out or
 * to folders, for what is neither file nor folder, and beyond the limits; BAD_PLUGIN for what may not be read; CANNOT_CREATE, IO, ABORTED.
 */
export async function copyTree(from: string, to: string, options: CopyOptions): Promise<void> {
  const root = await realpath(from);
  const open: (readonly [source: string, target: string, depth: number])[] = [[root, to, 0]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [source, target, depth] = next;
    if (depth > MAX_DEPTH) throw refusal(source, `it is more than ${MAX_DEPTH} folders deep`, "fewer");
    await mkdir(target, { recursive: true }).catch((cause: unknown) => {
      throw writeError(target, cause);
    });
    for (const entry of await entriesOf(source)) {
      if (options.signal.aborted) throw abortError(options.signal, `copy ${quote(from)}`);
      const path = join(source, entry.name);
      if (options.withoutNames?.has(entry.name) === true || options.without?.includes(path) === true) continue;
      if (entry.isDirectory()) {
        options.allowance.take(path, 0);
        open.push([path, join(target, entry.name), depth + 1]);
      } else await copyOne(root, path, join(target, entry.name), options);
    }
  }
}

async function copyOne(root: string, path: string, target: string, { allowance, copied }: CopyOptions): Promise<void> {
  const file = (await lstat(path)).isSymbolicLink() ? await targetOf(root, path) : path;
  const stats = await stat(file, { bigint: true });
  if (!stats.isFile()) throw refusal(path, `it is ${kindOf(stats)}`, "files and folders");
  allowance.take(path, Number(stats.size));
  try {
    await copyFile(file, target, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    copied?.(Number(stats.size));
  } catch (cause) {
    throw errnoOf(cause) === "EACCES" ? unreadable(path, cause) : writeError(target, cause);
  }
}

async function targetOf(root: string, path: string): Promise<string> {
  const target = await realpath(path).catch(() => undefined);
  if (target?.startsWith(root + sep) === true) return target;
  throw refusal(path, "it is a symbolic link that leads out of the folder", "links to files in it");
}

async function entriesOf(folder: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (cause) {
    throw unreadable(folder, cause);
  }
}

function kindOf(stats: BigIntStats): string {
  if (stats.isDirectory()) return "a link to a folder";
  if (stats.isSocket()) return "a socket";
  return stats.isFIFO() ? "a pipe" : "a device";
}

function refusal(file: string, found: string, expected: string): HoduError {
  return new HoduError("POLICY", `Cannot copy ${quote(file)} of the plugin: ${found}, expected ${expected}`, {
    hint: "npm pack (takes what package.json names under files; then hodu plugin install --offline FILE.tgz)",
    where: { file },
  });
}

function unreadable(file: string, cause: unknown): HoduError {
  return new HoduError(
    "BAD_PLUGIN",
    `Cannot copy ${quote(file)} of the plugin: found ${errnoOf(cause)}, expected to read it`,
    {
      cause,
      where: { file },
    },
  );
}
