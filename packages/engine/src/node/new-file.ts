import type { BigIntStats } from "node:fs";
import { type FileHandle, link, open, rename, rm } from "node:fs/promises";
import { Appender } from "./appender.ts";
import { keptPath, removeLeftovers, temporaryPath } from "./leftovers.ts";
import { errnoOf, writeError } from "hodu-plugin-sdk/node";

/** Until the mode of the file that it replaces is known to fit, only its owner may read it. */
const PRIVATE = 0o600;
const DEFAULT_MODE = 0o666;

/** A file that is written under a temporary name beside its place and then takes the place. */
export class NewFile {
  /** As the user knows it; for messages. */
  readonly #shown: string;
  readonly #path: string;
  readonly #temporary: string;
  readonly #handle: FileHandle;
  readonly #appender: Appender;
  /** Where the file is that was there before. */
  #kept: string | undefined;
  #isInPlace = false;

  /** Throws CANNOT_CREATE, IO. */
  static async create(shown: string, path: string, existing: BigIntStats | undefined): Promise<NewFile> {
    await removeLeftovers(path, "temporary");
    const temporary = temporaryPath(path);
    try {
      const handle = await open(temporary, "wx", existing === undefined ? DEFAULT_MODE : PRIVATE);
      if (existing !== undefined) await takeOver(handle, existing);
      return new NewFile(shown, path, temporary, handle);
    } catch (cause) {
      throw writeError(shown, cause);
    }
  }

  private constructor(shown: string, path: string, temporary: string, handle: FileHandle) {
    this.#shown = shown;
    this.#path = path;
    this.#temporary = temporary;
    this.#handle = handle;
    this.#appender = new Appender(handle);
  }

  /** Throws IO. */
  append(bytes: Uint8Array): Promise<void> {
    return this.#told(() => this.#appender.append(bytes));
  }

  /** All bytes are on the disk after it. Throws IO. */
  finish(): Promise<void> {
    return this.#told(async () => {
      await this.#appender.flush();
      await this.#handle.sync();
      await this.#handle.close();
    });
  }

  /** The file appears under its name. Throws CANNOT_CREATE, IO. */
  async takePlace(): Promise<void> {
    await this.#told(() => rename(this.#temporary, this.#path));
    this.#isInPlace = true;
  }

  /** The same, but the file that was there is kept until `forgetOld` or `giveBack`. */
  async takePlaceForNow(): Promise<void> {
    const kept = keptPath(this.#temporary);
    if (await this.#told(() => keep(this.#path, kept))) this.#kept = kept;
    await this.takePlace();
  }

  /** What was there before `takePlaceForNow` is there again. */
  async giveBack(): Promise<void> {
    if (this.#kept !== undefined) {
      await rename(this.#kept, this.#path);
      // Renaming one name of a file to another of it leaves both.
      await rm(this.#kept, { force: true });
    } else if (this.#isInPlace) await rm(this.#path);
  }

  async forgetOld(): Promise<void> {
    await rm(keptPath(this.#temporary), { force: true }).catch(() => {});
    await removeLeftovers(this.#path, "kept");
  }

  /** Leaves nothing under the temporary name. */
  async discard(): Promise<void> {
    await this.#handle.close().catch(() => {});
    await rm(this.#temporary, { force: true }).catch(() => {});
  }

  async #told<T>(action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (cause) {
      throw writeError(this.#shown, cause);
    }
  }
}

/** Mode and owner of the file that is replaced, as far as the system lets us. */
async function takeOver(handle: FileHandle, { mode, uid, gid }: BigIntStats): Promise<void> {
  await handle.chown(Number(uid), Number(gid)).catch(() => {});
  await handle.chmod(Number(mode & 0o777n)).catch(() => {});
}

/** Gives a file a second name; false when there is no file. */
async function keep(path: string, kept: string): Promise<boolean> {
  try {
    await link(path, kept);
    return true;
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return false;
  }
  // A file system without hard links: for a moment the file has only the other name.
  await rename(path, kept);
  return true;
}
