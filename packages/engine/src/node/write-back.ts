import { foreignFunctions } from "hodu-plugin-sdk/node";

/** Asks the system to begin writing bytes of an open file to its disk; it does not wait for that. */
export type BeginWriteBack = (descriptor: number, offset: number, length: number) => void;

type SyncFileRange = [descriptor: number, offset: number, length: number, flags: number];

/** SYNC_FILE_RANGE_WRITE of Linux. */
const WRITE = 2;

let begin: BeginWriteBack | undefined;

/** Linux's sync_file_range. Elsewhere it does nothing: the sync at the end then has all to write. What fails is told by that sync. */
export function findWriteBack(): BeginWriteBack {
  begin ??= makeWriteBack();
  return begin;
}

function makeWriteBack(): BeginWriteBack {
  const foreign = process.platform === "linux" ? foreignFunctions() : undefined;
  if (foreign === undefined) return () => {};
  try {
    const sync = foreign
      .load(null)
      .func<SyncFileRange, number>("int sync_file_range(int, int64_t, int64_t, unsigned int)");
    return (descriptor, offset, length) => void sync(descriptor, offset, length, WRITE);
  } catch {
    // A C library without it.
    return () => {};
  }
}
