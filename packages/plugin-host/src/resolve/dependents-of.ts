import { findRequired } from "./find-required.ts";
import type { Machine } from "./machine.ts";
import type { WithManifest } from "./plugins-named.ts";
import { requirementsOf } from "./requirement.ts";

/** Plugins do not depend on other plugins by what the machine has. */
const NO_MACHINE: Machine = { library: () => undefined, has: () => false };

/** Those of all that require a plugin, directly or through others: the nearest first. */
export function dependentsOf<P extends WithManifest>(plugin: P, all: readonly P[]): readonly P[] {
  const found = [plugin];
  for (const one of found) {
    for (const other of all) if (!found.includes(other) && requires(other, one, all)) found.push(other);
  }
  return found.slice(1);
}

/** A version that does not fit is required all the same: without it, another is missing. */
function requires<P extends WithManifest>(other: P, plugin: P, all: readonly P[]): boolean {
  return requirementsOf(other.manifest).some((requirement) => {
    const required = findRequired({ ...requirement, range: "*" }, all, NO_MACHINE);
    return "plugin" in required && required.plugin === plugin;
  });
}
