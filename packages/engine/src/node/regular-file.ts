import {
  type BigIntStats,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  openSync,
  read,
  readdirSync,
  readSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { closestName, type ErrorCode, HoduError, quote } from "@hodu/core";
import { shellWord } from "hodu-plugin-sdk/node";

/** A file that is open for reading and known to be a regular one. */
export interface RegularFile {
  readonly descriptor: number;
  readonly size: number;
  readonly stats: BigIntStats;
}

/** O_NONBLOCK: opening a pipe returns at once, so that it can be refused. Both are absent on Windows. */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;

/** Largest read that every system takes in one call. */
const READ_BYTES = 1 << 30;

/** Opens a file that the user named. Never waits for a pipe. Throws MISSING_INPUT, IO. */
export function openRegular(path: string): RegularFile {
  if (path === "" || path.includes("\0")) {
    throw new HoduError("MISSING_INPUT", `Cannot open ${quote(path)}: found no file name, expected a path`);
  }
  let descriptor: number;
  try {
    descriptor = openSync(path, OPEN_FLAGS);
  } catch (error) {
    throw describeOpenError(path, error);
  }
  return checkRegular(descriptor, (kind) => {
    const inside = kind === "a directory" ? onlyModelIn(path) : undefined;
    const hint = inside === undefined ? undefined : `hodu inspect ${shellWord(inside)}`;
    return new HoduError("MISSING_INPUT", `Cannot open ${quote(path)}: found ${kind}, expected a file`, {
      hint: hint ?? (kind === "a pipe" ? "hodu run model.onnx -i name=- < file" : undefined),
      where: { file: path },
    });
  });
}

/** Opens the file that `expected` was just read of; `refuse` makes the error when it is another one by now. */
export function openSame(path: string, expected: BigIntStats, refuse: (found: string) => HoduError): RegularFile {
  let descriptor: number;
  try {
    descriptor = openSync(path, OPEN_FLAGS | NO_FOLLOW);
  } catch (error) {
    const code = errorCode(error);
    if (code === "ELOOP") throw refuse("a symbolic link");
    throw describeOpenError(path, error);
  }
  const file = checkRegular(descriptor, refuse);
  if (file.stats.dev === expected.dev && file.stats.ino === expected.ino) return file;
  closeSync(descriptor);
  throw refuse("a file that was exchanged while it was opened");
}

function checkRegular(descriptor: number, refuse: (found: string) => HoduError): RegularFile {
  const stats = fstatSync(descriptor, { bigint: true });
  if (stats.isFile()) return { descriptor, size: Number(stats.size), stats };
  closeSync(descriptor);
  throw refuse(kindOf(stats));
}

/** What a directory entry that is no regular file is. */
export function kindOf(stats: BigIntStats): string {
  if (stats.isDirectory()) return "a directory";
  if (stats.isFIFO()) return "a pipe";
  if (stats.isSocket()) return "a socket";
  if (stats.isSymbolicLink()) return "a symbolic link";
  return "a device";
}

/** Fills `target` from the file. Throws IO when the file ends before. */
export function readInto(descriptor: number, name: string, target: Uint8Array, position: number): void {
  for (let done = 0; done < target.length; ) {
    const length = Math.min(READ_BYTES, target.length - done);
    try {
      done += someRead(readSync(descriptor, target, done, length, position + done));
    } catch (cause) {
      throw readError(name, position + done, cause);
    }
  }
}

const readLater = promisify(read);

/** The same without waiting for the disk; gives `target`. */
export async function readIntoLater(
  descriptor: number,
  name: string,
  target: Uint8Array,
  position: number,
): Promise<Uint8Array> {
  for (let done = 0; done < target.length; ) {
    const length = Math.min(READ_BYTES, target.length - done);
    try {
      const { bytesRead } = await readLater(descriptor, target, done, length, position + done);
      done += someRead(bytesRead);
    } catch (cause) {
      throw readError(name, position + done, cause);
    }
  }
  return target;
}

function someRead(count: number): number {
  if (count === 0) throw new Error("it became shorter while it was read");
  return count;
}

function readError(name: string, offset: number, cause: unknown): HoduError {
  return new HoduError("IO", `Cannot read ${quote(name)}: ${reasonOf(cause)}`, {
    where: { file: name, offset },
    cause,
  });
}

function describeOpenError(path: string, cause: unknown): HoduError {
  const code = errorCode(cause);
  const { found, hint } = OPEN_ERRORS[code]?.(path) ?? { found: reasonOf(cause), hint: undefined };
  const missing: ErrorCode = code in OPEN_ERRORS ? "MISSING_INPUT" : "IO";
  return new HoduError(missing, `Cannot open ${quote(path)}: ${found}`, { hint, where: { file: path }, cause });
}

interface OpenFailure {
  readonly found: string;
  readonly hint: string | undefined;
}

const OPEN_ERRORS: Readonly<Record<string, ((path: string) => OpenFailure) | undefined>> = {
  ENOENT: describeMissing,
  ENOTDIR: describeMissing,
  EACCES: (path) => ({ found: "you may not read it", hint: `chmod u+r ${shellWord(path)}` }),
  EPERM: (path) => ({ found: "you may not read it", hint: `chmod u+r ${shellWord(path)}` }),
  ENAMETOOLONG: () => ({ found: "its name is longer than this system allows", hint: undefined }),
  ELOOP: () => ({ found: "its symbolic links lead round in a circle", hint: undefined }),
  ENXIO: () => ({ found: "it is a socket or a device, expected a file", hint: undefined }),
};

function describeMissing(path: string): OpenFailure {
  // Node decodes arguments as UTF-8 and puts U+FFFD where it cannot: such a file cannot be named any more.
  if (path.includes("\ufffd")) {
    return {
      found: "its name is not UTF-8, expected one that is",
      hint: "convmv -f latin1 -t utf8 --notest . (or rename the file)",
    };
  }
  const folder = dirname(path);
  const near = closestEntry(folder, basename(path));
  if (near !== undefined) return { found: "there is no such file", hint: `did you mean ${quote(join(folder, near))}?` };
  const hint = existsSync(folder) ? `ls ${shellWord(folder)}` : undefined;
  return { found: hint === undefined ? `there is no folder ${quote(folder)}` : "there is no such file", hint };
}

/** Entries of a directory that are looked at for a suggestion. */
const SUGGESTION_ENTRIES = 2000;

/** A name in `folder` that was probably meant. */
function closestEntry(folder: string, wanted: string): string | undefined {
  try {
    const names = readdirSync(folder);
    return names.length > SUGGESTION_ENTRIES ? undefined : closestName(wanted, names);
  } catch {
    return undefined;
  }
}

function onlyModelIn(folder: string): string | undefined {
  try {
    const models = readdirSync(folder).filter((name) => name.endsWith(".onnx"));
    return models.length === 1 ? join(folder, models[0]) : undefined;
  } catch {
    return undefined;
  }
}

const errorCode = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : "unknown";

/** The system's own words, without the call and the path that Node adds. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/, (open|read|lstat|fstat)\b.*$/s, "");
}
