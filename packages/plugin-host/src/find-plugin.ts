import { closestName, HoduError, quote } from "@hodu/core";
import type { ListedPlugin } from "./listed-plugin.ts";
import { pluginsNamed, shortNames } from "./resolve/plugins-named.ts";

/**
 * The plugin of a name: its id, its short name or that of one of its components (`onnx`, `onnx:cuda`), or a component by kind
 * (`kernel:MatMul`), in any case. `what` completes "Cannot". Throws PLUGIN_NOT_FOUND, BAD_USAGE when several have it.
 */
export function findPlugin<P extends Pick<ListedPlugin, "manifest">>(
  plugins: readonly P[],
  name: string,
  what: string,
): P {
  const found = pluginsNamed(plugins, name);
  if (found.length === 1) return found[0];
  if (found.length > 1) {
    const ids = found.map(({ manifest }) => manifest.id).join(" or ");
    throw new HoduError("BAD_USAGE", `Cannot ${what} ${quote(name)}: it could be ${ids}, expected one`);
  }
  const near = closestName(
    name.trim().toLowerCase(),
    plugins.flatMap((plugin) => [plugin.manifest.id, ...shortNames(plugin)]),
  );
  throw new HoduError("PLUGIN_NOT_FOUND", `Cannot ${what} ${quote(name)}: there is no plugin of that name`, {
    hint: near === undefined ? "hodu plugin list --all" : `did you mean ${near}?`,
  });
}
