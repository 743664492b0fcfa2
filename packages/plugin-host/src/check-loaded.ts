import { HoduError, quote } from "@hodu/core";
import { type ComponentName, type Manifest, missingComponents } from "hodu-plugin-sdk";

/** What a plugin says of itself, as far as it does. */
export interface PluginIdentity {
  readonly components: readonly ComponentName[];
  readonly id?: string;
  readonly version?: string;
}

/** Refuses (PLUGIN_PROTOCOL) a plugin that is not the listed one, or lacks a component of it: what was resolved by would not be what runs. */
export function checkLoaded(found: PluginIdentity, listed: Manifest): void {
  for (const key of ["id", "version"] as const) {
    if (found[key] !== undefined && found[key] !== listed[key])
      throw refusal(listed, `its ${key} is ${show(found[key])}`, show(listed[key]));
  }
  const [missing] = missingComponents(listed.components, found.components);
  if (missing === undefined) return;
  throw refusal(listed, `it has no ${missing.kind} ${quote(missing.name)}`, "one");
}

function refusal({ id }: Manifest, found: string, expected: string): HoduError {
  const message = `Cannot load plugin ${quote(id)}: ${found}, expected ${expected} as listed`;
  return new HoduError("PLUGIN_PROTOCOL", message, { where: { plugin: id } });
}

const show = (text: string): string => quote(text.slice(0, 200));
