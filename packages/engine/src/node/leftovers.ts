import { createHash, randomBytes } from "node:crypto";
import { readlinkSync } from "node:fs";
import { readdir, rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { errnoOf } from "hodu-plugin-sdk/node";

/** Characters of the target's name in a temporary one: 200 bytes of UTF-8 at most, of the 255 that file systems allow. */
const NAME_CHARACTERS = 50;

/** Age at which what another machine or container left is taken for abandoned: its processes cannot be seen from here. */
const ABANDONED_MS = 24 * 60 * 60 * 1000;

/** Where the process ids of this process mean something: this machine, this container. */
const HOME = createHash("sha256").update(`${hostname()} ${processSpace()}`).digest("hex").slice(0, 8);

/** A name for a file on its way to `path`, in the same folder. It tells of its process, so that what a killed one left can be removed. */
export function temporaryPath(path: string): string {
  return join(dirname(path), `${prefixOf(path)}${HOME}-${process.pid}-${randomBytes(4).toString("hex")}`);
}

/** The name under which the old file is kept while the files of one output appear. */
export function keptPath(temporary: string): string {
  return `${temporary}-old`;
}

/** Removes what killed processes left when they wrote to `path`: temporary files, or old ones that were kept. Never fails. */
export async function removeLeftovers(path: string, kind: "temporary" | "kept"): Promise<void> {
  const folder = dirname(path);
  const prefix = prefixOf(path);
  const names = await readdir(folder).catch((): string[] => []);
  for (const name of names) {
    const match = name.startsWith(prefix)
      ? /^([0-9a-f]{8})-(\d+)-[0-9a-f]{8}(-old)?$/.exec(name.slice(prefix.length))
      : null;
    if (match === null || (match[3] === undefined) !== (kind === "temporary")) continue;
    const file = join(folder, name);
    const isOver = match[1] === HOME ? isDead(Number(match[2])) : await isAbandoned(file);
    if (isOver) await rm(file, { force: true }).catch(() => {});
  }
}

/** The same for all files of a folder. */
export async function removeLeftoversIn(folder: string): Promise<void> {
  const names = await readdir(folder).catch((): string[] => []);
  const targets = new Set(
    names.flatMap((name) => /^\.(.+)\.hodu-[0-9a-f]{8}-\d+-[0-9a-f]{8}(?:-old)?$/.exec(name)?.[1] ?? []),
  );
  for (const target of targets) {
    for (const kind of ["temporary", "kept"] as const) await removeLeftovers(join(folder, target), kind);
  }
}

function prefixOf(path: string): string {
  return `.${Array.from(basename(path)).slice(0, NAME_CHARACTERS).join("")}.hodu-`;
}

function isDead(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return errnoOf(error) === "ESRCH";
  }
}

async function isAbandoned(file: string): Promise<boolean> {
  const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
  return Date.now() - mtimeMs > ABANDONED_MS;
}

function processSpace(): string {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return "";
  }
}
