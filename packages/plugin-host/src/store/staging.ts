import { closeSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { tryFolderLock, writeError } from "hodu-plugin-sdk/node";
import type { PluginStore } from "./plugin-store.ts";
import { type StoreLockOptions, withStoreLock } from "./store-lock.ts";

/** A change of the store that is under way. What is in its folder is gone when the change is over, whoever ends it. */
export interface Staging {
  readonly folder: string;
  /** Held by this process, and by each that it is passed to: while one lives, the change counts as under way. Undefined where there are no locks. */
  readonly descriptor: number | undefined;
  /** Removes the folder. */
  close(): Promise<void>;
  /** The same at once, for a process that ends. */
  closeNow(): void;
}

/** Begins a change; `what` names it for whoever finds its folder later: `install hodu-format-points`. Throws LOCKED, ABORTED, CANNOT_CREATE, IO. */
export async function openStaging(store: PluginStore, what: string, options: StoreLockOptions = {}): Promise<Staging> {
  // Under the lock, so that nobody takes the folder for abandoned before it is locked.
  return withStoreLock(store, options, async () => {
    try {
      mkdirSync(store.staging, { recursive: true, mode: 0o700 });
      const folder = mkdtempSync(join(store.staging, `${nameFor(what)}~`));
      const lock = tryFolderLock(folder);
      return new OpenStaging(folder, typeof lock === "object" ? lock.descriptor : undefined);
    } catch (cause) {
      throw writeError(store.staging, cause);
    }
  });
}

/** Letters of a folder's name: file systems take 255. */
const MAX_NAME = 200;

function nameFor(what: string): string {
  const letters = Array.from(what);
  while (encodeURIComponent(letters.join("")).length > MAX_NAME) letters.pop();
  return encodeURIComponent(letters.join(""));
}

/** What a folder of staging was made for. */
export function stagingPurpose(name: string): string {
  try {
    return decodeURIComponent(name.slice(0, name.lastIndexOf("~")));
  } catch {
    return name;
  }
}

class OpenStaging implements Staging {
  readonly folder: string;
  descriptor: number | undefined;

  constructor(folder: string, descriptor: number | undefined) {
    this.folder = folder;
    this.descriptor = descriptor;
  }

  async close(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true, maxRetries: 3 }).catch(() => {});
    this.#unlock();
  }

  closeNow(): void {
    try {
      rmSync(this.folder, { recursive: true, force: true });
    } catch {
      // A build still writes there: the next command removes it.
    }
    this.#unlock();
  }

  #unlock(): void {
    if (this.descriptor !== undefined) closeSync(this.descriptor);
    this.descriptor = undefined;
  }
}
