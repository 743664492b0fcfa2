/**
 * What engines refuse, by the list of section "Limits" of the WebAssembly JavaScript Interface: a module beyond one of
 * these cannot be compiled anywhere, so that it is refused with the name of what is too large.
 */
export const WASM_LIMITS = {
  /** Types, functions each; more would be a module of a size that the next line refuses as well. */
  types: 1_000_000,
  functions: 1_000_000,
  /** Bytes of a module: 1 GiB. */
  moduleBytes: 1_073_741_824,
  /** Bytes of one function with its locals. */
  functionBytes: 7_654_321,
  /** Locals of one function, parameters among them. */
  locals: 50_000,
  parameters: 1_000,
  results: 1_000,
  globals: 1_000_000,
  imports: 1_000_000,
  exports: 1_000_000,
  dataSegments: 100_000,
  tableEntries: 10_000_000,
  /** Pages of 64 KiB that a memory may have: 4 GiB. */
  memoryPages: 65_536,
  /** Targets of one br_table. */
  branchTargets: 65_520,
} as const;

/** Throws a RangeError that names what is too large. */
export function checkLimit(limit: keyof typeof WASM_LIMITS, found: number, what: string): void {
  const most = WASM_LIMITS[limit];
  if (found > most)
    throw new RangeError(`Cannot assemble ${what}: found ${found} ${LIMIT_NOUNS[limit]}, expected at most ${most}`);
}

const LIMIT_NOUNS: Readonly<Record<keyof typeof WASM_LIMITS, string>> = {
  types: "types",
  functions: "functions",
  moduleBytes: "bytes",
  functionBytes: "bytes",
  locals: "locals",
  parameters: "parameters",
  results: "results",
  globals: "globals",
  imports: "imports",
  exports: "exports",
  dataSegments: "data segments",
  tableEntries: "table entries",
  memoryPages: "pages",
  branchTargets: "branch targets",
};
