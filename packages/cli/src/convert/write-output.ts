import type { NamedValue } from "@hodu/core";
import { writeFileSafely } from "@hodu/engine/node";
import { loadInProcess } from "@hodu/plugin-host";
import type { ByteSink, CallContext, FormatPlugin, TensorFile } from "hodu-plugin-sdk";
import { SinkCounter, type WrittenFile } from "./counted-sink.ts";
import type { OutputFormat } from "./output-format.ts";

/** Where an output goes, in which format. */
export interface OutputFile {
  readonly path: string;
  readonly format: OutputFormat;
}

/** Takes the bytes written so far, or what the format tells of its work itself. */
export type ProgressSink = (done: number, total: number | undefined) => void;

/** Kinds of files that hold one value and no name for it. */
const NAMELESS: readonly string[] = [".npy"];

/** Writes a tensor file whole or not at all. A single value loses its name where the file has no place for one. Throws UNSUPPORTED, CANNOT_CREATE, IO. */
export async function writeTensorFile(
  output: OutputFile,
  { values, metadata }: TensorFile,
  context: CallContext,
  progress: ProgressSink = () => {},
): Promise<readonly WrittenFile[]> {
  const isNameless = values.length === 1 && NAMELESS.includes(output.format.extension);
  const named: readonly NamedValue[] = isNameless ? [{ name: "", value: values[0].value }] : values;
  return writeOutput(output, context, progress, (format, sink, watched) =>
    format.saveTensors!({ values: named, metadata }, withExtension(sink, output.format.extension), watched),
  );
}

/** A format tells its kinds of tensor files apart by the extension of the name it sees. */
function withExtension(sink: ByteSink, extension: string): ByteSink {
  if (sink.name.toLowerCase().endsWith(extension)) return sink;
  return { ...sink, name: `${sink.name}${extension}` };
}

/** Writes a file whole or not at all, with a format that is loaded for it. Returns it, and what was written beside it. */
export async function writeOutput(
  { path, format }: OutputFile,
  context: CallContext,
  progress: ProgressSink,
  save: (format: FormatPlugin, sink: ByteSink, context: CallContext) => Promise<void>,
): Promise<readonly WrittenFile[]> {
  const plugin = (await loadInProcess(format.plugin)).formats![format.component.name];
  let tellsItself = false;
  const watched: CallContext = {
    ...context,
    progress(done, total) {
      tellsItself = true;
      progress(done, total);
    },
  };
  const counter = new SinkCounter((total) => {
    if (!tellsItself) progress(total, undefined);
  });
  await writeFileSafely(path, { signal: context.signal }, async (sink) => save(plugin, counter.count(sink), watched));
  return counter.files;
}
