import { HoduError, jsonOfTensorFile, quote } from "@hodu/core";
import { type ByteSink, type CallContext, pacer, type TensorFile } from "hodu-plugin-sdk";
import { refuseNamesTwice } from "./refuse-names-twice.ts";
import { SinkWriter } from "./sink-writer.ts";

/** Writes tensors as JSON, piece by piece. NaN payloads are lost. Throws UNSUPPORTED for a name or key that stands twice and for half characters, IO, ABORTED. */
export async function saveJson(file: TensorFile, sink: ByteSink, context: CallContext): Promise<void> {
  refuseNamesTwice(file, sink.name);
  const keys = new Set(file.metadata.map(([key]) => key));
  if (keys.size < file.metadata.length) {
    throw new HoduError(
      "UNSUPPORTED",
      `Cannot write ${quote(sink.name)}: found a metadata key twice, expected each once`,
    );
  }
  const pace = pacer(context.signal, "write the file");
  const writer = new SinkWriter(sink, context);
  const encoder = new TextEncoder();
  for (const piece of jsonOfTensorFile(file)) {
    await writer.write(encoder.encode(piece));
    const turn = pace();
    if (turn !== undefined) await turn;
  }
  await writer.flush();
}
