import type * as Threads from "node:worker_threads";

/** Node's module of threads, found without an import: bundles for pages have none. undefined in a page. */
export function nodeThreads(): typeof Threads | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } };
  return process?.getBuiltinModule?.("node:worker_threads") as typeof Threads | undefined;
}
