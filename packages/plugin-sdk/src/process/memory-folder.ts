import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

/** A file system in memory, where there is one. */
const MEMORY_FOLDER = "/dev/shm";

/** The age from which a folder without a process is removed. */
const SWEEP_AFTER_MS = 60 * 60 * 1000;

/** Folders that this process has made and not given back. */
const MADE = new Set<string>();

/**
 * A folder for the memory of one plugin's process, which nobody else may enter; undefined where there is no memory to share. It is removed
 * with the files that use it, or when this process ends.
 */
export function makeMemoryFolder(): string | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    sweepMemory(MEMORY_FOLDER);
    const folder = mkdtempSync(join(MEMORY_FOLDER, `hodu-${process.pid}-`));
    if (MADE.size === 0) process.on("exit", removeAll);
    MADE.add(folder);
    return folder;
  } catch {
    return undefined;
  }
}

/** Removes what processes left behind that were killed: their own files have no names by then, or hold one part at most. */
export function sweepMemory(place: string): void {
  for (const name of readdirSync(place)) {
    const pid = Number(/^hodu-([0-9]{1,9})-/.exec(name)?.[1]);
    const path = join(place, name);
    if (!Number.isNaN(pid) && !isAlive(pid) && isOld(path)) rmSync(path, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/** Also one that only looks dead from here, in a container, has an hour to end. */
function isOld(path: string): boolean {
  const { mtimeMs = Date.now(), uid } = statSync(path, { throwIfNoEntry: false }) ?? {};
  return uid === process.getuid?.() && Date.now() - mtimeMs > SWEEP_AFTER_MS;
}

function removeAll(): void {
  for (const folder of MADE) rmSync(folder, { recursive: true, force: true });
}

/** The folder was removed. */
export function forgetMemoryFolder(folder: string): void {
  if (MADE.delete(folder) && MADE.size === 0) process.off("exit", removeAll);
}
