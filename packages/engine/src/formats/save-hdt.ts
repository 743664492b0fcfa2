import { encodeValuesHeader, PREFIX_BYTES } from "@hodu/core/container";
import type { ByteSink, CallContext, TensorFile } from "hodu-plugin-sdk";
import { SinkWriter } from "./sink-writer.ts";
import { refuseNamesTwice } from "./refuse-names-twice.ts";
import { placeHeader, writeTail } from "./write-container.ts";

/** Writes a .hdt (docs/format-hdss.md): values of every kind, and metadata. Throws UNSUPPORTED for a name that stands twice, IO, ABORTED. */
export async function saveHdt(file: TensorFile, sink: ByteSink, context: CallContext): Promise<void> {
  refuseNamesTwice(file, sink.name);
  const encoded = encodeValuesHeader(file);
  const place = placeHeader({ kind: "hdt", opset: 0, name: sink.name }, encoded, PREFIX_BYTES);
  const writer = new SinkWriter(sink, context, place.size);
  await writer.write(place.prefix);
  await writeTail(writer, place, encoded);
}
