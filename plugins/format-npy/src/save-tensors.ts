import type { ByteSink, CallContext, TensorFile } from "hodu-plugin-sdk";
import { cannotHold } from "./cannot-hold.ts";
import { encodeArray } from "./encode-array.ts";
import { claimOf } from "./load-tensors.ts";
import { writeArray } from "./write-array.ts";
import { writeNpz } from "./write-npz.ts";

/**
 * Writes an .npz archive when the file is called so, else an .npy file, which holds one value without a name. Arrays are in C order,
 * as `numpy.save` writes them. There is no place for metadata. Throws UNSUPPORTED, IO.
 */
export async function saveTensors(file: TensorFile, sink: ByteSink, context: CallContext): Promise<void> {
  const { values, metadata } = file;
  context.signal.throwIfAborted();
  const isArchive = claimOf(sink.name) === "npz";
  if (!isArchive && (values.length !== 1 || values[0].name !== "")) {
    const found = values.length === 1 ? "a value with a name" : `${values.length} values`;
    throw cannotHold(sink.name, values.length === 1 ? values[0].name : "", {
      found,
      expected: "one without a name",
      use: ".npz",
    });
  }
  if (metadata.length > 0) {
    context.log("warn", `${sink.name} has no place for metadata: ${metadata.length} entries are left out`);
  }
  if (isArchive) await writeNpz(values, sink, context);
  else await writeArray(encodeArray("", values[0].value, sink.name), sink, context);
}
