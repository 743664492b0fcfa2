import { HoduError } from "@hodu/core";
import type { Found, PluginCatalog } from "@hodu/plugin-host";
import type { FormatCapability, FormatComponent } from "hodu-plugin-sdk";

/** The format that claims a file's extension, or that the setting "formats" has for it; undefined when there is none that can do that. */
export function claimed(
  catalog: PluginCatalog,
  file: string,
  capability: FormatCapability,
): Found<FormatComponent> | undefined {
  const found = lookUp(catalog, file, capability);
  return found instanceof HoduError ? undefined : found;
}

/** What is wrong with the setting "formats" for a file that no format can be found for; undefined when it has no say. */
export function refusedOverride(
  catalog: PluginCatalog,
  file: string,
  capability: FormatCapability,
): HoduError | undefined {
  const found = lookUp(catalog, file, capability);
  return found instanceof HoduError && found.code === "CONFIG" ? found : undefined;
}

function lookUp(
  catalog: PluginCatalog,
  file: string,
  capability: FormatCapability,
): Found<FormatComponent> | HoduError {
  try {
    return catalog.formatOfFile(file, capability);
  } catch (error) {
    if (error instanceof HoduError && (error.code === "FORMAT_NOT_FOUND" || error.code === "CONFIG")) return error;
    throw error;
  }
}
