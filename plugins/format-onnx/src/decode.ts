import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import { fromBinary } from "@bufbuild/protobuf";
import type { Complaints } from "./errors.ts";
import { MAX_MESSAGE_DEPTH } from "./limits.ts";
import { checkWire, type WireOptions } from "./wire.ts";

/** Decodes a message after checking it. Its bytes fields are views of `bytes`. */
export function decode<Schema extends DescMessage>(
  schema: Schema,
  bytes: Uint8Array,
  complaints: Complaints,
  options: WireOptions = {},
): MessageShape<Schema> {
  checkWire(schema, bytes, complaints, options);
  try {
    return fromBinary(schema, bytes, { readUnknownFields: false, recursionLimit: MAX_MESSAGE_DEPTH });
  } catch (cause) {
    throw complaints.bad({
      found: `bytes that the decoder refuses (${cause instanceof Error ? cause.message : String(cause)})`,
      expected: "a message of ONNX",
      cause,
    });
  }
}
