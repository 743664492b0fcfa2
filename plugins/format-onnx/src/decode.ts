import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import { fromBinary } from "@bufbuild/protobuf";
import type { SourceFile } from "./source-file.ts";
import { MAX_MESSAGE_DEPTH } from "./limits.ts";
import { checkWire, type WireOptions } from "./wire.ts";

/** Decodes a message after checking it. Its bytes fields are views of `bytes`. */
export function decode<Schema extends DescMessage>(
  schema: Schema,
  bytes: Uint8Array,
  file: SourceFile,
  options: WireOptions = {},
): MessageShape<Schema> {
  checkWire(schema, bytes, file, options);
  try {
    return fromBinary(schema, bytes, { readUnknownFields: false, recursionLimit: MAX_MESSAGE_DEPTH });
  } catch (cause) {
    throw file.bad({
      found: `bytes that the decoder refuses (${cause instanceof Error ? cause.message : String(cause)})`,
      expected: "a message of ONNX",
      cause,
    });
  }
}
