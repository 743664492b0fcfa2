import { closeSync, constants, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { writeError } from "hodu-plugin-sdk/node";

/** Name under which a file is written before it takes its place: one, since only who holds the store's lock writes. */
export const temporaryName = (file: string): string => `${file}.new`;

/** Replaces a file by a text: at every instant, also after a loss of power, it is the old or the new one. Throws CANNOT_CREATE, IO. */
export function writeDurably(file: string, text: string): void {
  const temporary = temporaryName(file);
  try {
    rmSync(temporary, { force: true });
    writeAndSync(temporary, Buffer.from(text));
    renameSync(temporary, file);
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw writeError(file, cause);
  }
  syncFolder(dirname(file));
}

/** Makes what was renamed in a folder last. Where a system cannot do that, it lasts soon after. */
export function syncFolder(folder: string): void {
  try {
    const descriptor = openSync(folder, constants.O_RDONLY);
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // Windows opens no folders.
  }
}

function writeAndSync(file: string, bytes: Uint8Array): void {
  const descriptor = openSync(file, "wx", 0o600);
  try {
    for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
