import { HoduError, quote } from "@hodu/core";
import type { Manifest } from "hodu-plugin-sdk";
import { sameData } from "./same-data.ts";

/** Refuses (PLUGIN_PROTOCOL) a plugin whose own manifest is not the listed one: what was resolved by would not be what runs. */
export function checkLoaded(found: Manifest, listed: Manifest): void {
  for (const key of ["id", "version", "components"] as const) {
    if (sameData(found[key], listed[key])) continue;
    throw new HoduError(
      "PLUGIN_PROTOCOL",
      `Cannot load plugin ${quote(listed.id)}: its ${key} is ${show(found[key])}, expected ${show(listed[key])} as listed`,
      { where: { plugin: listed.id } },
    );
  }
}

function show(value: unknown): string {
  return JSON.stringify(value).slice(0, 200);
}
