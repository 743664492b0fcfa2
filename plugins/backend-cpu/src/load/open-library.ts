import { closeSync, mkdtempSync, rmSync, writeFileSync, writeSync } from "node:fs";
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
  const descriptor = memoryFile(foreign);
  if (descriptor < 0) return undefined;
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
    const library = foreign.load(`/proc/self/fd/${descriptor}`);
    // the loader knows libraries by their paths: the number must not come again before this one is unloaded
    return { library, foreign, close: () => (library.unload(), closeSync(descriptor)) };
  } catch {
    closeSync(descriptor);
    return undefined;
  }
}

function memoryFile(foreign: ForeignFunctions): number {
  try {
    return foreign.load(null).func<MemoryFile, number>("int memfd_create(str, unsigned int)")("hodu", CLOSE_ON_EXEC);
  } catch {
    // a C library without it
    return -1;
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
