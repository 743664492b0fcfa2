import { createRequire } from "node:module";

/** A C function that runs on the caller's thread, or with `async` on one of the process's thread pool. */
export interface ForeignFunction<Arguments extends readonly unknown[], Result> {
  (...values: Arguments): Result;
  /** Calls `done` on the caller's thread when it has returned. Memory that it was given must be kept until then. */
  async(...values: [...Arguments, (error: Error | null, result: Result) => void]): void;
}

/** A loaded library. A function of it must not be called after `unload`. */
export interface ForeignLibrary {
  func<Arguments extends readonly unknown[], Result>(prototype: string): ForeignFunction<Arguments, Result>;
  unload(): void;
}

/** What is used of koffi: C functions by their prototypes, and memory as a buffer. */
export interface ForeignFunctions {
  /** A library by its path; null: what this process has loaded itself. Throws where it cannot be loaded. */
  load(path: string | null): ForeignLibrary;
  view(address: bigint, length: number): ArrayBuffer;
  /** Where the first byte of a view is. */
  address(memory: ArrayBufferView): bigint;
  /** The error number of the C function called last, and their names on this system. */
  errno(): number;
  readonly os: { readonly errno: Readonly<Record<string, number>> };
}

interface Koffi extends ForeignFunctions {
  config(settings: Readonly<Record<string, number>>): void;
}

/** Bytes of the stacks that C functions run on: kernels keep their arrays there. */
const STACKS = { sync_stack_size: 16 << 20, async_stack_size: 8 << 20 };

let loaded: ForeignFunctions | null | undefined;

/**
 * koffi's native module for this platform; undefined where there is none (an unknown platform, FFI forbidden).
 * Taken from its package for the platform: the one above it has an install script, which nobody needs.
 */
export function foreignFunctions(): ForeignFunctions | undefined {
  if (loaded === undefined) {
    try {
      const name = `@koromix/koffi-${process.platform}-${process.arch}`;
      const koffi = createRequire(import.meta.url)(name) as Koffi;
      koffi.config(STACKS);
      loaded = koffi;
    } catch {
      loaded = null;
    }
  }
  return loaded ?? undefined;
}
