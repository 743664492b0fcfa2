import { writeFileSafely } from "@hodu/engine/node";
import type { ByteSink, CallContext, FormatPlugin, TensorFile } from "hodu-plugin-sdk";
import { SinkCounter, type WrittenFile } from "./counted-sink.ts";
import type { OutputFormat } from "./output-format.ts";
import { saveTensors } from "./save-tensors.ts";
import { isStandardOutput, standardOutput } from "./standard-output.ts";

/** Where an output goes, in which format. */
export interface OutputFile {
  readonly path: string;
  readonly format: OutputFormat;
}

/** Takes the bytes written so far, or what the format tells of its work itself. */
export type ProgressSink = (done: number, total: number | undefined) => void;

/** Writes a tensor file whole or not at all. Throws UNSUPPORTED, CANNOT_CREATE, IO. */
export async function writeTensorFile(
  output: OutputFile,
  file: TensorFile,
  context: CallContext,
  progress: ProgressSink = () => {},
): Promise<readonly WrittenFile[]> {
  return writeOutput(output, context, progress, (format, sink, watched) =>
    saveTensors(format, output.format, file, sink, watched),
  );
}

/** Writes a file whole or not at all, with a format that is loaded for it. Returns it, and what was written beside it. "-" is standard output. */
export async function writeOutput(
  { path, format }: OutputFile,
  context: CallContext,
  progress: ProgressSink,
  save: (format: FormatPlugin, sink: ByteSink, context: CallContext) => Promise<void>,
): Promise<readonly WrittenFile[]> {
  const plugin = (await format.plugin.load()).formats![format.component.name];
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
  const write = (sink: ByteSink): Promise<void> => save(plugin, counter.count(sink), watched);
  if (isStandardOutput(path)) await write(standardOutput(format));
  else await writeFileSafely(path, { signal: context.signal }, write);
  return counter.files;
}
