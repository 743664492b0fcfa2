import { HoduError, quote } from "@hodu/core";
import { makeCatalog } from "@hodu/plugin-host/in-process";
import { BUNDLED_PLUGINS } from "../generated/page-plugins.ts";
import { FORMATS, INTERP } from "../plugins/built-in.ts";
import type { Platform } from "./platform.ts";
import { sourceOf } from "./source-of.ts";

/** Memory of a machine whose browser does not tell, in GiB. */
const USUAL_MEMORY = 4;

/** What may be taken of it, as everywhere. */
const SHARE = 0.8;

/** A page: places are addresses that are fetched. */
export const pagePlatform: Platform = {
  catalog: () => makeCatalog([FORMATS, ...BUNDLED_PLUGINS, INTERP]),
  open: async (place, { signal }) => sourceOf(await fetchFrom(place, signal), {}, pagePlatform),
  cache: () => undefined,
  maxMemory: () => SHARE * (deviceMemory() ?? USUAL_MEMORY) * 2 ** 30,
};

/** In GiB, of which browsers tell at most 8. */
function deviceMemory(): number | undefined {
  const { navigator } = globalThis as { navigator?: { deviceMemory?: number } };
  return navigator?.deviceMemory;
}

async function fetchFrom(place: string | URL, signal: AbortSignal | undefined): Promise<Response> {
  try {
    return await fetch(place, signal === undefined ? {} : { signal });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new HoduError("MISSING_INPUT", `Cannot fetch ${quote(String(place))}: ${String(cause)}`, { cause });
  }
}
