import type { BackendComponent, Component, FormatComponent, Manifest } from "../contracts/manifest.ts";
import { list, oneOf, record, text, union } from "@hodu/core/wire";

/** A manifest travels as it is. */
export const manifest = record<Manifest, Manifest>({
  id: text,
  version: text,
  description: text,
  author: text,
  license: text,
  sdk: text,
  components: list(
    union<Component, Component>({
      format: record<FormatComponent, FormatComponent>({
        kind: oneOf("format"),
        name: text,
        title: text,
        modelExtensions: list(text),
        tensorExtensions: list(text),
        capabilities: list(oneOf("load_model", "save_model", "load_tensor", "save_tensor")),
      }),
      backend: record<BackendComponent, BackendComponent>({
        kind: oneOf("backend"),
        name: text,
        devices: list(text),
        capabilities: list(oneOf("run", "build")),
      }),
    }),
  ),
});
