import { HoduError } from "@hodu/core";
import type { Found, PluginRegistry } from "@hodu/plugin-host";
import type { ByteSource, FormatCapability, FormatComponent } from "hodu-plugin-sdk";
import { modelFormatOf } from "./resolve-format.ts";

/** What a file is to be read as. */
export interface AnyFormat extends Found<FormatComponent> {
  readonly kind: "model" | "tensors";
}

/** The format that reads a file, be it of a model or of tensors. Throws FORMAT_NOT_FOUND; BAD_MODEL when the content belies the extension. */
export async function anyFormatOf(registry: PluginRegistry, source: ByteSource): Promise<AnyFormat> {
  const model = claimed(registry, source.name, "load_model");
  if (model !== undefined) return { kind: "model", ...model };
  const tensors = claimed(registry, source.name, "load_tensor");
  if (tensors !== undefined) return { kind: "tensors", ...tensors };
  return { kind: "model", ...(await modelFormatOf(registry, source)) };
}

/** The format that claims a file's extension, or that the setting "formats" has for it; undefined when there is none that can do that. */
export function claimed(
  registry: PluginRegistry,
  file: string,
  capability: FormatCapability,
): Found<FormatComponent> | undefined {
  const found = lookUp(registry, file, capability);
  return found instanceof HoduError ? undefined : found;
}

/** What is wrong with the setting "formats" for a file that no format can be found for; undefined when it has no say. */
export function refusedOverride(
  registry: PluginRegistry,
  file: string,
  capability: FormatCapability,
): HoduError | undefined {
  const found = lookUp(registry, file, capability);
  return found instanceof HoduError && found.code === "CONFIG" ? found : undefined;
}

function lookUp(
  registry: PluginRegistry,
  file: string,
  capability: FormatCapability,
): Found<FormatComponent> | HoduError {
  try {
    return registry.formatOfFile(file, capability);
  } catch (error) {
    if (error instanceof HoduError && (error.code === "FORMAT_NOT_FOUND" || error.code === "CONFIG")) return error;
    throw error;
  }
}
