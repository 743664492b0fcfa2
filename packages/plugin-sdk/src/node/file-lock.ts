import { closeSync, constants, fstatSync, openSync, rmSync, statSync } from "node:fs";
import { abortError } from "../abort-error.ts";
import { foreignFunctions } from "./foreign-functions.ts";

/** How often to look whether another process is done: its work takes milliseconds, or seconds. */
const LOCK_POLL_MS = 20;

/** LOCK_EX | LOCK_NB of flock(2), the same everywhere. */
const EXCLUSIVE_NOW = 2 | 4;

/** What a call to flock came to: held; by another process; or not to be had here. */
type Attempt = "held" | "taken" | "none";

/** How long to wait for a lock. */
export interface FileLockOptions {
  readonly signal: AbortSignal;
  /** Completes "Cannot ...". */
  readonly what: string;
}

/**
 * Does work while no other process does that has a lock of the same path; it dies with its holder. Where there are no such locks (Windows,
 * no FFI, some network file systems) the work is done without. `what` completes "Cannot ...". Throws what the work throws, DEADLINE,
 * ABORTED, and what opening throws.
 */
export async function withFileLock<Result>(
  path: string,
  { signal, what }: FileLockOptions,
  work: () => Promise<Result>,
): Promise<Result> {
  const attempt = findFlock();
  if (attempt === undefined) return work();
  const descriptor = await acquire(path, attempt, signal, what);
  try {
    return await work();
  } finally {
    // While it is held: who waits for it sees that its file is gone and takes the next one.
    rmSync(path, { force: true });
    closeSync(descriptor);
  }
}

async function acquire(
  path: string,
  attempt: (descriptor: number) => Attempt,
  signal: AbortSignal,
  what: string,
): Promise<number> {
  for (;;) {
    if (signal.aborted) throw abortError(signal, what);
    const descriptor = openSync(path, constants.O_RDWR | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0), 0o600);
    const outcome = attempt(descriptor);
    if (outcome === "none" || (outcome === "held" && isStill(path, descriptor))) return descriptor;
    closeSync(descriptor);
    if (outcome === "taken") await new Promise((resolve) => setTimeout(resolve, LOCK_POLL_MS));
  }
}

/** Whether the path names the open file: else its last holder has removed it. */
function isStill(path: string, descriptor: number): boolean {
  const named = statSync(path, { bigint: true, throwIfNoEntry: false });
  const open = fstatSync(descriptor, { bigint: true });
  return named?.ino === open.ino && named.dev === open.dev;
}

function findFlock(): ((descriptor: number) => Attempt) | undefined {
  if (process.platform === "win32") return undefined;
  const foreign = foreignFunctions();
  if (foreign === undefined) return undefined;
  const flock = foreign.load(null).func<[number, number], number>("int flock(int, int)");
  return (descriptor) => {
    if (flock(descriptor, EXCLUSIVE_NOW) === 0) return "held";
    const number = foreign.errno();
    const { EAGAIN, EINTR } = foreign.os.errno;
    return number === EAGAIN || number === EINTR ? "taken" : "none";
  };
}

/**
 * Locks an existing folder by itself: until the descriptor is closed, here and in every process that it was passed to. Undefined when
 * another holds it. Where there are no such locks it is "none". Throws what opening throws.
 */
export function tryFolderLock(path: string): { readonly descriptor: number } | "none" | undefined {
  const attempt = findFlock();
  if (attempt === undefined) return "none";
  const descriptor = openSync(path, constants.O_RDONLY | (constants.O_DIRECTORY ?? 0) | (constants.O_NOFOLLOW ?? 0));
  const outcome = attempt(descriptor);
  if (outcome === "held") return { descriptor };
  closeSync(descriptor);
  return outcome === "none" ? "none" : undefined;
}
