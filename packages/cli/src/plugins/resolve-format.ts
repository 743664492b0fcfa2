import { HoduError, quote } from "@hodu/core";
import type { Found, PluginCatalog } from "@hodu/plugin-host";
import type { ByteSource, FormatCapability, FormatComponent } from "hodu-plugin-sdk";
import { claimed } from "./claimed.ts";
import { HEAD_BYTES, otherContent } from "./file-kinds.ts";
import { formatByContent } from "./format-by-content.ts";

/** Ways to an ONNX model from the files of other tools. */
const CONVERSIONS: Readonly<Record<string, string>> = {
  ".tflite": "python -m tf2onnx.convert --tflite model.tflite --output model.onnx",
  ".keras": "python -m tf2onnx.convert --keras model.keras --output model.onnx",
  ".h5": "python -m tf2onnx.convert --keras model.h5 --output model.onnx",
  ".pt": `python -c 'import torch; torch.onnx.export(model, example, "model.onnx")'`,
  ".pth": `python -c 'import torch; torch.onnx.export(model, example, "model.onnx")'`,
};

/** The format that reads a model file, by its extension, or by its content where that says nothing. Throws FORMAT_NOT_FOUND; BAD_MODEL when the content belies the extension. */
export async function modelFormatOf(catalog: PluginCatalog, source: ByteSource): Promise<Found<FormatComponent>> {
  return formatOf(catalog, source, "load_model");
}

/** The format that reads a tensor file, by its extension, or by its content where that says nothing. Throws FORMAT_NOT_FOUND; BAD_TENSOR_FILE when the content belies the extension. */
export async function tensorFormatOf(catalog: PluginCatalog, source: ByteSource): Promise<Found<FormatComponent>> {
  return formatOf(catalog, source, "load_tensor");
}

async function formatOf(
  catalog: PluginCatalog,
  source: ByteSource,
  capability: FormatCapability,
): Promise<Found<FormatComponent>> {
  try {
    return catalog.formatOfFile(source.name, capability);
  } catch (error) {
    if (!(error instanceof HoduError) || error.code !== "FORMAT_NOT_FOUND") throw error;
    await refuseOther(source, capability);
    const found = await formatByContent(catalog, source, capability);
    if (found !== undefined) return found;
    throw unknownFormat(catalog, source.name, capability);
  }
}

/** Refuses a file whose content is of another kind than its extension says, naming both. */
async function refuseOther(source: ByteSource, capability: FormatCapability): Promise<void> {
  const found = otherContent(source.name, await source.read(0, Math.min(HEAD_BYTES, source.size)));
  if (found === undefined) return;
  const isModel = capability === "load_model";
  throw new HoduError(
    isModel ? "BAD_MODEL" : "BAD_TENSOR_FILE",
    `Cannot read ${quote(source.name)} as a ${isModel ? "model" : "tensor file"}: found ${found}, expected what its extension ${quote(extensionOf(source.name))} says`,
    { where: { file: source.name, offset: 0 } },
  );
}

/** Reads a file; when it is refused and its content is of another kind than its extension says, the error names both. */
export async function readAs<Result>(
  source: ByteSource,
  capability: FormatCapability,
  read: () => Promise<Result>,
): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    const isDamaged = error instanceof HoduError && (error.code === "BAD_MODEL" || error.code === "BAD_TENSOR_FILE");
    if (isDamaged) await refuseOther(source, capability);
    throw error;
  }
}

function unknownFormat(catalog: PluginCatalog, file: string, capability: FormatCapability): HoduError {
  const isModel = capability === "load_model";
  const able = catalog.formats.filter(({ component }) => component.capabilities.includes(capability));
  const known = able.flatMap(({ component }) => (isModel ? component.modelExtensions : component.tensorExtensions));
  const extension = extensionOf(file);
  const found = extension === "" ? "it has no extension" : `no format reads ${quote(extension)} files`;
  const conversion = isModel ? CONVERSIONS[extension] : undefined;
  const isTensors = isModel && claimed(catalog, file, "load_tensor") !== undefined && /^[\w./-]+$/.test(file);
  return new HoduError(
    "FORMAT_NOT_FOUND",
    `Cannot read ${quote(file)} as a ${isModel ? "model" : "tensor file"}: ${found}, expected ${known.join(" or ")}`,
    {
      hint:
        conversion ??
        (isModel ? `hodu inspect ${isTensors ? file : "model.onnx"}` : "hodu run model.onnx -i name=tensor.json"),
      where: { file },
    },
  );
}

function extensionOf(file: string): string {
  return /\.[^./\\]*$/.exec(file)?.[0].toLowerCase() ?? "";
}
