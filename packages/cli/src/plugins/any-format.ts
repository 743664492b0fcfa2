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

/** The format that claims a file's extension; undefined when there is none. */
export function claimed(
  registry: PluginRegistry,
  file: string,
  capability: FormatCapability,
): Found<FormatComponent> | undefined {
  try {
    return registry.formatOfFile(file, capability);
  } catch (error) {
    if (error instanceof HoduError && error.code === "FORMAT_NOT_FOUND") return undefined;
    throw error;
  }
}
