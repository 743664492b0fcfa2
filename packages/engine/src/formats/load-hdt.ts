import { checkAllUsed, decodeValuesHeader } from "@hodu/core/container";
import type { ByteSource, CallContext, TensorFile } from "hodu-plugin-sdk";
import { readContainer } from "./read-container.ts";

/** Reads a .hdt (docs/format-hdss.md), checked to the last bit; tensors are views of the file. Throws BAD_TENSOR_FILE, UNSUPPORTED, ABORTED. */
export async function loadHdt(source: ByteSource, context: CallContext): Promise<TensorFile> {
  const { place, members, parts } = await readContainer("hdt", source, context);
  const file = decodeValuesHeader(members, parts);
  checkAllUsed(parts, place);
  return file;
}
