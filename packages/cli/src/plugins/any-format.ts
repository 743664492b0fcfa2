import type { Found, PluginCatalog } from "@hodu/plugin-host";
import type { ByteSource, FormatComponent } from "hodu-plugin-sdk";
import { claimed } from "./claimed.ts";
import { formatByContent } from "./format-by-content.ts";
import { modelFormatOf, tensorFormatOf } from "./resolve-format.ts";

/** What a file is to be read as. */
export interface AnyFormat extends Found<FormatComponent> {
  readonly kind: "model" | "tensors";
}

/** The format that reads a file, be it of a model or of tensors: by its extension, else by its content. Throws FORMAT_NOT_FOUND; BAD_MODEL when the content belies the extension. */
export async function anyFormatOf(catalog: PluginCatalog, source: ByteSource): Promise<AnyFormat> {
  const model = claimed(catalog, source.name, "load_model");
  if (model !== undefined) return { kind: "model", ...model };
  const tensors = claimed(catalog, source.name, "load_tensor");
  if (tensors !== undefined) return { kind: "tensors", ...tensors };
  if ((await formatByContent(catalog, source, "load_tensor")) !== undefined) {
    return { kind: "tensors", ...(await tensorFormatOf(catalog, source)) };
  }
  return { kind: "model", ...(await modelFormatOf(catalog, source)) };
}
