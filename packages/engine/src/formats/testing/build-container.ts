import {
  alignUp,
  type ContainerKind,
  DIGEST_BYTES,
  encodePrefix,
  PREFIX_BYTES,
  placeParts,
} from "@hodu/core/container";
import { SNAPSHOT_OPSET, SNAPSHOT_OPSETS } from "@hodu/core";
import { newSha256 } from "hodu-plugin-sdk";

/** A container to be made for a test, right or wrong in whatever a test needs; its digest is always right. */
export interface ContainerParts {
  /** The header's text; `parts` is not added to it. */
  readonly header: string | Uint8Array;
  /** Bytes from the prefix to the header. */
  readonly data?: Uint8Array;
  readonly parts?: readonly Uint8Array[];
  /** Changes the prefix before it is signed. */
  readonly prefix?: (view: DataView) => void;
  /** Bytes between the last part and the digest. */
  readonly tail?: Uint8Array;
}

/** The bytes of a container with a right digest. */
export function buildContainer(kind: ContainerKind, file: ContainerParts): Uint8Array {
  const { data = new Uint8Array(0), parts = [], tail = new Uint8Array(0) } = file;
  const header = typeof file.header === "string" ? new TextEncoder().encode(file.header) : file.header;
  const headerOffset = alignUp(PREFIX_BYTES + data.length);
  const places = placeParts(
    headerOffset + header.length,
    parts.map((part) => part.length),
  );
  const last = places.at(-1) ?? { offset: headerOffset, length: header.length };
  const end = last.offset + last.length + tail.length;
  const size = end + DIGEST_BYTES;
  const bytes = new Uint8Array(size);
  const opset = kind === "hdss" ? SNAPSHOT_OPSET : 0;
  bytes.set(encodePrefix(kind, { opset, headerOffset, headerLength: header.length, size }));
  file.prefix?.(new DataView(bytes.buffer));
  bytes.set(data, PREFIX_BYTES);
  bytes.set(header, headerOffset);
  for (const [i, part] of parts.entries()) bytes.set(part, places[i].offset);
  bytes.set(tail, end - tail.length);
  const hash = newSha256();
  hash.update(bytes.subarray(0, PREFIX_BYTES));
  hash.update(bytes.subarray(headerOffset, end));
  bytes.set(hash.digest(), end);
  return bytes;
}

/** The header's text of a .hdss whose graph has these members beside the empty ones. */
export function modelHeader(graph: object, stores: readonly object[] = [], parts: readonly unknown[] = []): string {
  const empty = { name: "g", inputs: [], outputs: [], weights: [], nodes: [], values: [] };
  return JSON.stringify({
    opsets: [...SNAPSHOT_OPSETS],
    snapshot: { graph: { ...empty, ...graph }, stores, metadata: [], producer: "" },
    parts,
  });
}
