import type { Snapshot } from "@hodu/core";
import { PartReader, PartWriter, snapshot } from "@hodu/core/wire";
import { protocolError, refuseMessage } from "./protocol-error.ts";

const ALIGNMENT = 8;
const utf8Decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * A Snapshot as bytes, for an artifact that holds one: u32 length of a JSON text (little-endian), the text, then its parts, each at a
 * multiple of 8. The same Snapshot gives the same bytes. Weights in files stay references.
 */
export function encodeSnapshot(value: Snapshot): Uint8Array {
  const writer = new PartWriter();
  const wire = snapshot.encode(value, writer);
  const { parts } = writer;
  const head = new TextEncoder().encode(JSON.stringify({ snapshot: wire, parts: parts.map((part) => part.length) }));
  const offsets = offsetsOf(
    head.length,
    parts.map((part) => part.length),
  );
  const out = new Uint8Array(offsets.end);
  new DataView(out.buffer).setUint32(0, head.length, true);
  out.set(head, 4);
  for (const [i, part] of parts.entries()) out.set(part, offsets.starts[i]);
  return out;
}

/** The inverse of encodeSnapshot. Tensors and weights are views of `bytes`. Throws PLUGIN_PROTOCOL. */
export function decodeSnapshot(bytes: Uint8Array): Snapshot {
  const { wire, sizes, end } = readHead(bytes);
  const offsets = offsetsOf(end - 4, sizes);
  if (offsets.end !== bytes.length) refuse(`${bytes.length} bytes`, String(offsets.end));
  const parts = sizes.map((size, i) => bytes.subarray(offsets.starts[i], offsets.starts[i] + size));
  return snapshot.decode(wire, new PartReader(parts, refuseMessage));
}

function readHead(bytes: Uint8Array): {
  readonly wire: unknown;
  readonly sizes: readonly number[];
  readonly end: number;
} {
  if (bytes.length < 4) refuse(`${bytes.length} bytes`, "a length and a JSON text");
  const end = 4 + new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
  if (end > bytes.length) refuse(`${bytes.length} bytes`, `at least ${end}`);
  try {
    const head = JSON.parse(utf8Decoder.decode(bytes.subarray(4, end))) as { snapshot?: unknown; parts?: unknown };
    const sizes: unknown = head.parts;
    if (Array.isArray(sizes) && sizes.every((size) => Number.isSafeInteger(size) && size >= 0)) {
      return { wire: head.snapshot, sizes: sizes as number[], end };
    }
  } catch (cause) {
    refuse("text that is not JSON", "JSON", cause);
  }
  return refuse("no sizes of parts", "a list of them");
}

function offsetsOf(
  head: number,
  sizes: readonly number[],
): { readonly starts: readonly number[]; readonly end: number } {
  let end = 4 + head;
  const starts = sizes.map((size) => {
    const start = Math.ceil(end / ALIGNMENT) * ALIGNMENT;
    end = start + size;
    return start;
  });
  return { starts, end };
}

function refuse(found: string, expected: string, cause?: unknown): never {
  throw protocolError("read an encoded Snapshot", found, expected, cause);
}
