import { HoduError, quote } from "@hodu/core";
import {
  type ContainerKind,
  DIGEST_BYTES,
  type EncodedHeader,
  encodePrefix,
  MAX_HEADER_BYTES,
  placeParts,
} from "@hodu/core/container";
import { newSha256 } from "hodu-plugin-sdk";
import type { SinkWriter } from "./sink-writer.ts";

/** A header and where it goes. */
export interface PlacedHeader {
  readonly kind: ContainerKind;
  readonly opset: number;
  readonly offset: number;
  /** Bytes of the whole file. */
  readonly size: number;
  readonly prefix: Uint8Array;
}

/** The place of a header at `offset`. `name` is the file's. Throws UNSUPPORTED for a header that no reader would take. */
export function placeHeader(
  { kind, opset, name }: { readonly kind: ContainerKind; readonly opset: number; readonly name: string },
  { header, parts }: EncodedHeader,
  offset: number,
): PlacedHeader {
  if (header.length > MAX_HEADER_BYTES) {
    throw new HoduError(
      "UNSUPPORTED",
      `Cannot write ${quote(name)}: its header would have ${header.length} bytes, expected at most ${MAX_HEADER_BYTES}`,
    );
  }
  const end = offset + header.length;
  const last = placeParts(
    end,
    parts.map((part) => part.length),
  ).at(-1);
  const size = (last === undefined ? end : last.offset + last.length) + DIGEST_BYTES;
  const prefix = encodePrefix(kind, { opset, headerOffset: offset, headerLength: header.length, size });
  return { kind, opset, offset, size, prefix };
}

/** Writes what follows the weights: header, parts, and the SHA-256 of the prefix and these. */
export async function writeTail(
  writer: SinkWriter,
  { prefix }: PlacedHeader,
  { header, parts }: EncodedHeader,
): Promise<void> {
  const hash = newSha256();
  hash.update(prefix);
  await writer.align();
  await writer.write(header, hash);
  for (const part of parts) {
    await writer.align(hash);
    await writer.write(part, hash);
  }
  await writer.write(hash.digest());
  await writer.flush();
}
