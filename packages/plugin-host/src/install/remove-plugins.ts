import { HoduError, quote } from "@hodu/core";
import { findPlugin } from "../find-plugin.ts";
import { dependentsOf } from "../resolve/dependents-of.ts";
import { commitRemoval } from "../store/commit-install.ts";
import type { InstalledPlugin } from "../store/installed-plugin.ts";
import type { PluginStore } from "../store/plugin-store.ts";
import { openStaging } from "../store/staging.ts";
import type { StoreLockOptions } from "../store/store-lock.ts";

export interface RemoveOptions extends StoreLockOptions {
  /** Also remove those that require it. */
  readonly cascade: boolean;
}

/**
 * Removes the installed plugin of a short or full name. Gives what was removed. Throws PLUGIN_NOT_FOUND, BAD_USAGE for a name of several,
 * PLUGIN_DEPENDENCY where others require it, and what changing the store throws.
 */
export async function removePlugin(
  store: PluginStore,
  name: string,
  { cascade, ...waiting }: RemoveOptions,
): Promise<readonly InstalledPlugin[]> {
  const staging = await openStaging(store, `remove ${name}`, waiting);
  try {
    const choose = ({ plugins }: { readonly plugins: readonly InstalledPlugin[] }): readonly InstalledPlugin[] =>
      withDependents(plugins, findPlugin(plugins, name, "remove"), cascade);
    return await commitRemoval(store, staging, choose, waiting);
  } finally {
    await staging.close();
  }
}

/** A plugin and all that require it, these first. */
function withDependents(
  all: readonly InstalledPlugin[],
  plugin: InstalledPlugin,
  cascade: boolean,
): readonly InstalledPlugin[] {
  const requiring = dependentsOf(plugin, all);
  if (requiring.length === 0 || cascade) return [...requiring.toReversed(), plugin];
  const dependents = requiring.map(({ name }) => name);
  throw new HoduError(
    "PLUGIN_DEPENDENCY",
    `Cannot remove plugin ${quote(plugin.name)}: ${dependents.map((name) => quote(name)).join(" and ")} ${dependents.length === 1 ? "requires" : "require"} it, expected no other plugin to`,
    { hint: `hodu plugin remove ${plugin.name} --cascade`, where: { plugin: plugin.name } },
  );
}
