import { formatsPlugin } from "@hodu/engine";
import onnxPlugin from "hodu-format-onnx";
import { UsageError } from "./options.ts";
import type { Roundtrip } from "./roundtrip.ts";

/** The formats that a model can be saved in and loaded from. Throws UsageError with their names. */
export function findRoundtrip(name: string): Roundtrip {
  const known: string[] = [];
  for (const { manifest, formats } of [onnxPlugin, formatsPlugin]) {
    for (const component of manifest.components) {
      if (component.kind !== "format" || !component.capabilities.includes("save_model")) continue;
      known.push(component.name);
      if (component.name !== name) continue;
      return { format: formats![name], extension: component.modelExtensions[0] };
    }
  }
  throw new UsageError(`Cannot save in format "${name}": there is none of that name, expected ${known.join(" or ")}`);
}
