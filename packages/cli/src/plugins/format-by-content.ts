import type { Found, PluginCatalog } from "@hodu/plugin-host";
import type { ByteSource, FormatCapability, FormatComponent } from "hodu-plugin-sdk";
import { claimed } from "./claimed.ts";
import { extensionsOfContent, HEAD_BYTES } from "./file-kinds.ts";

/** The format that the first bytes of a file tell of; undefined when they tell of none that can do that. */
export async function formatByContent(
  catalog: PluginCatalog,
  source: ByteSource,
  capability: FormatCapability,
): Promise<Found<FormatComponent> | undefined> {
  const head = await source.read(0, Math.min(HEAD_BYTES, source.size));
  for (const extension of extensionsOfContent(head)) {
    const found = claimed(catalog, extension, capability);
    if (found !== undefined) return found;
  }
  return undefined;
}
