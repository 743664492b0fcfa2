import { mkdirSync } from "node:fs";
import { HoduError, quote } from "@hodu/core";
import { withFileLock, writeError } from "hodu-plugin-sdk/node";
import { LOCK_TIMEOUT_MS, WAIT_NOTICE_MS } from "./limits.ts";
import type { PluginStore } from "./plugin-store.ts";

/** How a change of the store waits for others. */
export interface StoreLockOptions {
  readonly signal?: AbortSignal;
  /** Called once when another command has kept the store for a second. */
  readonly onWait?: () => void;
  /** Milliseconds; default: 5 minutes. */
  readonly timeout?: number;
}

const NEVER = new AbortController().signal;

/** Does work while no other process changes what is kept in the home folder. Throws LOCKED, ABORTED, CANNOT_CREATE, IO, and what the work throws. */
export async function withStoreLock<Result>(
  { home, lock }: Pick<PluginStore, "home" | "lock">,
  { signal = NEVER, onWait, timeout = LOCK_TIMEOUT_MS }: StoreLockOptions,
  work: () => Promise<Result>,
): Promise<Result> {
  const limit = AbortSignal.timeout(timeout);
  const notice = setTimeout(() => onWait?.(), WAIT_NOTICE_MS);
  let hasBegun = false;
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    const waiting = { signal: AbortSignal.any([signal, limit]), what: "change the installed plugins" };
    return await withFileLock(lock, waiting, () => {
      hasBegun = true;
      clearTimeout(notice);
      return work();
    });
  } catch (error) {
    if (hasBegun) throw error;
    throw limit.aborted && !signal.aborted ? lockedError(lock, timeout) : writeError(lock, error);
  } finally {
    clearTimeout(notice);
  }
}

function lockedError(lock: string, timeout: number): HoduError {
  return new HoduError(
    "LOCKED",
    `Cannot change the installed plugins: another hodu has kept ${quote(lock)} for ${Math.round(timeout / 1000)} s, expected it to be done by then`,
    { hint: `fuser ${lock}`, where: { file: lock } },
  );
}
