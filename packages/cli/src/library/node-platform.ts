import { fileURLToPath } from "node:url";
import { HoduError, quote } from "@hodu/core";
import { memoryLimit, openFile } from "@hodu/engine/node";
import { openRegistry } from "../plugins/open-registry.ts";
import type { Platform } from "./platform.ts";

/** Node: places are paths, all bundled plugins are there. Reads no configuration and no HODU_ variable. */
export const nodePlatform: Platform = {
  registry: () => openRegistry(),
  open: (place, { allowExternal }) => openFile(pathOf(place), allowExternal === undefined ? {} : { allowExternal }),
  maxMemory: () => memoryLimit(undefined),
};

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
