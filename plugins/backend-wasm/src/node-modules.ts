import type * as System from "node:os";
import type * as Threads from "node:worker_threads";

/** Modules of Node, found without an import: bundles for pages have none. undefined in a page. */
export const nodeModules = (): { readonly threads: typeof Threads; readonly system: typeof System } | undefined => {
  const { process } = globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } };
  if (process?.getBuiltinModule === undefined) return undefined;
  return {
    threads: process.getBuiltinModule("node:worker_threads") as typeof Threads,
    system: process.getBuiltinModule("node:os") as typeof System,
  };
};
