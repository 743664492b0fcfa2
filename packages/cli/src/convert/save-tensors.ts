import type { NamedValue } from "@hodu/core";
import type { ByteSink, CallContext, FormatPlugin, TensorFile } from "hodu-plugin-sdk";
import type { OutputFormat } from "./output-format.ts";

/** Kinds of files that hold one value and no name for it. */
const NAMELESS: readonly string[] = [".npy"];

/** Writes a tensor file. A format tells its kinds of files apart by the extension of the name it sees. Where one has no place for a name, a single value loses it. */
export async function saveTensors(
  plugin: FormatPlugin,
  { extension }: OutputFormat,
  { values, metadata }: TensorFile,
  sink: ByteSink,
  context: CallContext,
): Promise<void> {
  const isNameless = values.length === 1 && NAMELESS.includes(extension);
  const named: readonly NamedValue[] = isNameless ? [{ name: "", value: values[0].value }] : values;
  const fits = sink.name.toLowerCase().endsWith(extension);
  const output = fits ? sink : { ...sink, name: `${sink.name}${extension}` };
  await plugin.saveTensors!({ values: named, metadata }, output, context);
}
