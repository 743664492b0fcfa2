import { dirname } from "node:path";
import { type ErrorCode, HoduError, quote } from "@hodu/core";
import { shellWord } from "./shell-word.ts";

interface WriteFailure {
  readonly code: ErrorCode;
  readonly found: string;
  readonly hint?: string;
}

/**
 * What the system's error means for whoever writes `path`: IO for a disk that is full or fails, CANNOT_CREATE where no file
 * may or can be made. HoduErrors stay as they are.
 */
export function writeError(path: string, cause: unknown): HoduError {
  if (cause instanceof HoduError) return cause;
  const { code, found, hint } = WRITE_FAILURES[errnoOf(cause)]?.(path) ?? {
    code: "IO" as const,
    found: reasonOf(cause),
    hint: undefined,
  };
  return new HoduError(code, `Cannot write ${quote(path)}: ${found}`, { hint, where: { file: path }, cause });
}

/** CANNOT_CREATE for a place that cannot become a file. `found` ends the sentence. */
export function cannotCreate(path: string, found: string, hint?: string): HoduError {
  return new HoduError("CANNOT_CREATE", `Cannot write ${quote(path)}: ${found}`, { hint, where: { file: path } });
}

/** The system's name of an error, such as ENOSPC. */
export function errnoOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown";
}

const WRITE_FAILURES: Readonly<Record<string, ((path: string) => WriteFailure) | undefined>> = {
  ENOSPC: (path) => ({ code: "IO", found: "the disk is full", hint: `df -h ${shellWord(dirname(path))}` }),
  EDQUOT: (path) => ({
    code: "IO",
    found: "your quota of the disk is used up",
    hint: `du -sh ${shellWord(dirname(path))}`,
  }),
  EFBIG: () => ({ code: "IO", found: "a file of that size is not allowed here", hint: "ulimit -f" }),
  EPIPE: () => ({ code: "IO", found: "nobody reads it any more" }),
  EACCES: describeForbidden,
  EPERM: describeForbidden,
  EROFS: () => ({ code: "CANNOT_CREATE", found: "its file system is read-only" }),
  ENOENT: describeMissingFolder,
  ENOTDIR: describeMissingFolder,
  EBUSY: () => ({ code: "CANNOT_CREATE", found: "it is a mount point, which cannot be replaced" }),
  EISDIR: () => ({ code: "CANNOT_CREATE", found: "it is a directory, expected a file" }),
  ENAMETOOLONG: () => ({ code: "CANNOT_CREATE", found: "its name is longer than this system allows" }),
  ELOOP: () => ({ code: "CANNOT_CREATE", found: "its symbolic links lead round in a circle" }),
};

function describeForbidden(path: string): WriteFailure {
  return { code: "CANNOT_CREATE", found: "you may not write there", hint: `ls -ld ${shellWord(dirname(path))}` };
}

function describeMissingFolder(path: string): WriteFailure {
  const folder = dirname(path);
  return { code: "CANNOT_CREATE", found: `there is no folder ${quote(folder)}`, hint: `mkdir -p ${shellWord(folder)}` };
}

/** The system's own words, without the call and the path that Node adds. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/, (open|write|fsync|rename|link|stat|lstat|access)\b.*$/s, "");
}
