import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HoduError } from "hodu-plugin-sdk";
import { type ForeignFunctions, foreignFunctions, type ForeignLibrary } from "hodu-plugin-sdk/node";

/** A library that was loaded from bytes. */
export interface OpenLibrary {
  readonly library: ForeignLibrary;
  readonly foreign: ForeignFunctions;
  /** Unloads it: no function of it may run, or be called again. */
  readonly close: () => void;
}

/**
 * Loads a shared library from bytes: on Linux from memory, so that nothing is left whatever happens, elsewhere from a private file that
 * is removed at once. Throws UNSUPPORTED where this process may not load native code, and IO.
 */
export function openLibrary(bytes: Uint8Array): OpenLibrary {
  const foreign = foreignFunctions();
  if (foreign === undefined)
    throw cannotLoad("there are no foreign functions for this platform, or they are forbidden");
  return openInMemory(foreign, bytes) ?? openFile(foreign, bytes);
}

type MemoryFile = [name: string, flags: number];

/** MFD_CLOEXEC: programs that are started do not get it. */
const CLOSE_ON_EXEC = 1;

/** Undefined where there are no files in memory, or none that may be executed. */
function openInMemory(foreign: ForeignFunctions, bytes: Uint8Array): OpenLibrary | undefined {
  if (process.platform !== "linux") return undefined;
  const [descriptor, close] = memoryFile(foreign) ?? [];
  if (descriptor === undefined) return undefined;
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
    const library = foreign.load(unlikePath(descriptor));
    return { library, foreign, close: () => library.unload() };
  } catch {
    return undefined;
  } finally {
    close?.(descriptor);
  }
}

/**
 * A path of an open file unlike any before. The loader knows libraries by the text of their paths, and numbers of files come again: it would
 * give the library that had the number before.
 */
function unlikePath(descriptor: number): string {
  const detours = Array.from(randomBytes(8), (byte) => byte.toString(2).padStart(8, "0")).join("");
  return `/proc/self/fd/${detours.replaceAll("1", "./").replaceAll("0", "/")}${descriptor}`;
}

/** A file without a name, and what closes it: Node warns of files in a Worker that it did not open itself. */
function memoryFile(
  foreign: ForeignFunctions,
): readonly [descriptor: number, close: (one: number) => void] | undefined {
  try {
    const system = foreign.load(null);
    const close = system.func<[number], number>("int close(int)");
    const descriptor = system.func<MemoryFile, number>("int memfd_create(str, unsigned int)")("hodu", CLOSE_ON_EXEC);
    return descriptor < 0 ? undefined : [descriptor, (one) => void close(one)];
  } catch {
    // a C library without it
    return undefined;
  }
}

function openFile(foreign: ForeignFunctions, bytes: Uint8Array): OpenLibrary {
  let folder: string | undefined;
  try {
    folder = mkdtempSync(join(tmpdir(), "hodu-cpu-"));
    const path = join(folder, "program.so");
    writeFileSync(path, bytes, { mode: 0o700 });
    const library = foreign.load(path);
    return { library, foreign, close: () => library.unload() };
  } catch (cause) {
    throw cannotLoad((cause as Error).message, cause);
  } finally {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  }
}

function cannotLoad(why: string, cause?: unknown): HoduError {
  return new HoduError("UNSUPPORTED", `Cannot load the compiled model: ${why}`, {
    hint: "run it on another backend: --backend wasm",
    cause,
  });
}
