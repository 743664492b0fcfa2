import type { HoduError } from "@hodu/core";
import type { Machine } from "../resolve/machine.ts";
import type { LivingPlugin } from "./living-plugin.ts";

/**
 * Finds what plugins require among all, for them to be loaded after it. Gives why some cannot be loaded. Nothing is compared, and nothing
 * for it loaded, for those that come with Hodu and require no other.
 */
export async function requirePlugins(
  wanted: readonly LivingPlugin[],
  all: readonly LivingPlugin[],
  machine: Machine | undefined,
): Promise<ReadonlyMap<LivingPlugin, HoduError>> {
  const others = wanted.filter((plugin) => !isOfHodu(plugin) && plugin.life === undefined);
  if (others.length === 0) return new Map();
  const [{ resolveLoadOrder }, { thisMachine }] = await Promise.all([
    import("../resolve/resolve-load-order.ts"),
    import("../resolve/this-machine.ts"),
  ]);
  const { order, failures, required } = resolveLoadOrder(others, all, { machine: machine ?? thisMachine() });
  for (const plugin of order) {
    if (plugin.life !== undefined) continue;
    plugin.requires = required.get(plugin) ?? [];
    if (plugin.state === "validated") plugin.become("resolved");
  }
  for (const [plugin, error] of failures) {
    if (plugin.life !== undefined || plugin.loading !== undefined) continue;
    plugin.error = error;
    if (plugin.state !== "disabled" && plugin.state !== "quarantined") plugin.become("failed");
  }
  return failures;
}

function isOfHodu({ origin, manifest: { requires } }: LivingPlugin): boolean {
  return (origin === "bundled" || origin === "builtin") && requires === undefined;
}
