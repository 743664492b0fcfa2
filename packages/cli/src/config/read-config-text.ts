import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from "node:fs";
import { HoduError, quote } from "@hodu/core";
import { MAX_CONFIG_BYTES } from "./limits.ts";

/** O_NONBLOCK: opening a pipe returns at once, so that it can be refused. It is absent on Windows. */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** The text of a configuration file; undefined when there is none. Throws CONFIG: no file, too large, not UTF-8, not readable. */
export function readConfigText(path: string): string | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(path, OPEN_FLAGS);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    const isForbidden = code === "EACCES" || code === "EPERM";
    throw unreadable(path, isForbidden ? "you may not read it" : String(code), isForbidden ? "chmod u+r" : "ls -l");
  }
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) throw unreadable(path, `found ${kindOf(stats)}, expected a file`, "ls -ld");
    return decode(path, readAll(path, descriptor));
  } finally {
    closeSync(descriptor);
  }
}

/** One byte more than the limit is room enough to tell a file that is too large. */
function readAll(path: string, descriptor: number): Uint8Array {
  const bytes = new Uint8Array(MAX_CONFIG_BYTES + 1);
  let length = 0;
  for (;;) {
    const count = readSync(descriptor, bytes, length, bytes.length - length, null);
    if (count === 0) return bytes.subarray(0, length);
    length += count;
    if (length > MAX_CONFIG_BYTES) {
      throw unreadable(path, "it is larger than the 128 KiB that a configuration may have", "ls -l");
    }
  }
}

function decode(path: string, bytes: Uint8Array): string {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  try {
    return decoder.decode(bytes);
  } catch {
    // No byte of a longer character is a line break, so each line stands for itself.
    for (let line = 1, start = 0; ; line++) {
      const end = bytes.indexOf(10, start);
      try {
        decoder.decode(bytes.subarray(start, end < 0 ? undefined : end));
      } catch {
        throw unreadable(path, `line ${line} is not UTF-8, expected text in UTF-8`, "file");
      }
      if (end < 0) throw unreadable(path, "it is not UTF-8, expected text in UTF-8", "file");
      start = end + 1;
    }
  }
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return "a directory";
  return stats.isFIFO() ? "a pipe" : "a device";
}

function unreadable(path: string, found: string, command: string): HoduError {
  return new HoduError("CONFIG", `Cannot read the configuration ${quote(path)}: ${found}`, {
    hint: `${command} ${path}`,
    where: { file: path },
  });
}
