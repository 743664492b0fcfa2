import type { ForeignFunction, ForeignFunctions } from "hodu-plugin-sdk/node";
import { type OpenLibrary, openLibrary } from "./open-library.ts";

/** What hodu_run is called with; addresses, of which 0 is NULL. */
export type RunArguments = [host: bigint, memory: bigint, first: number, last: number, times: bigint, state: bigint];

/** A loaded program: the functions of run.h. */
export interface NativeProgram {
  readonly foreign: ForeignFunctions;
  readonly run: ForeignFunction<RunArguments, number>;
  readonly createHost: ForeignFunction<[threads: number], bigint | null>;
  readonly close: () => void;
}

/** Loads the library of a program. Throws as openLibrary. */
export function openProgram(bytes: Uint8Array): NativeProgram {
  const { library, foreign, close }: OpenLibrary = openLibrary(bytes);
  return {
    foreign,
    run: library.func("int hodu_run(void *, void *, int, int, void *, void *)"),
    createHost: library.func("void *hodu_host_create(int)"),
    close,
  };
}
