import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { HoduError, quote } from "@hodu/core";
import { memoryLimit, openCache, openFile } from "@hodu/engine/node";
import { globalRegistry, hasGlobalRegistry, makeCatalog } from "@hodu/plugin-host";
import { buildId } from "../cache/build-id.ts";
import { hoduHome } from "../config/hodu-home.ts";
import { BUNDLED_PLUGINS } from "../generated/bundled-plugins.ts";
import { FORMATS, INTERP } from "../plugins/built-in.ts";
import type { Platform } from "./platform.ts";

/** Node: places are paths, all bundled plugins are there, or those of `initPluginSystem`. Reads no configuration and no HODU_ variable. */
export const nodePlatform: Platform = {
  catalog: () => makeCatalog(hasGlobalRegistry() ? globalRegistry().plugins : [FORMATS, ...BUNDLED_PLUGINS, INTERP]),
  open: (place, { allowExternal }) => openFile(pathOf(place), allowExternal === undefined ? {} : { allowExternal }),
  maxMemory: () => memoryLimit(undefined),
  cache(option = true, use) {
    const path = typeof option === "string" ? option : defaultCache();
    if (option === false || path === undefined) return undefined;
    const model = use.model && resolve(use.model);
    return { ...use, model, cache: openCache({ path, ...CACHE_LIMITS }), build: buildId() };
  },
};

/** As the command's settings are by default. */
const CACHE_LIMITS = { maxBytes: 1024 << 20, maxAge: 30 * 24 * 60 * 60 * 1000 };

/** That of the command, for who has not moved it. */
function defaultCache(): string | undefined {
  const home = hoduHome({});
  return home === undefined ? undefined : join(home, "cache");
}

/** A path from what the caller gave. Throws BAD_USAGE for an address of the network: nothing is fetched that was not asked for. */
export function pathOf(place: string | URL): string {
  const text = String(place);
  if (/^https?:/.test(text)) {
    throw new HoduError(
      "BAD_USAGE",
      `Cannot open ${quote(text)}: found an address, expected a path or what fetch gives`,
      {
        hint: `await fetch(${JSON.stringify(text)})`,
      },
    );
  }
  return typeof place === "string" ? place : fileURLToPath(place);
}
