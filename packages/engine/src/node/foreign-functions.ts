import { createRequire } from "node:module";

/** What is used of koffi: C functions by their prototypes, and memory as a buffer. */
export interface ForeignFunctions {
  /** A library by its path; null: what this process has loaded itself. */
  load(path: string | null): { func<T extends (...args: never[]) => unknown>(prototype: string): T };
  view(address: bigint, length: number): ArrayBuffer;
}

let loaded: ForeignFunctions | null | undefined;

/**
 * koffi's native module for this platform; undefined where there is none (an unknown platform, FFI forbidden).
 * Taken from its package for the platform: the one above it has an install script, which nobody needs.
 */
export function foreignFunctions(): ForeignFunctions | undefined {
  if (loaded === undefined) {
    try {
      const name = `@koromix/koffi-${process.platform}-${process.arch}`;
      loaded = createRequire(import.meta.url)(name) as ForeignFunctions;
    } catch {
      loaded = null;
    }
  }
  return loaded ?? undefined;
}
