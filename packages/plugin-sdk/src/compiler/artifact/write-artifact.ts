import { PartWriter } from "@hodu/core/wire";
import { digestOf } from "../../weights/digest-of.ts";
import { toHex } from "../../weights/hex.ts";
import type { ArtifactContent } from "../program-unit.ts";
import { encodeContent } from "./artifact-codec.ts";
import { MAGIC, placeParts, PREFIX_BYTES, VERSION } from "./layout.ts";

/** Bytes that are written where they stand in an artifact: there may be too many of them to have them twice. */
export interface LatePart {
  readonly length: number;
  /** Writes them to zeros at a multiple of 64. */
  write(target: Uint8Array): Promise<void>;
}

/** What stands for the late part in a content. */
export const LATE_PART = new Uint8Array(0);

/** An artifact as bytes; the same content gives the same. `pace` gives way while large parts are hashed. */
export async function writeArtifact(
  content: ArtifactContent,
  late: LatePart | undefined,
  pace: () => Promise<void> | undefined,
): Promise<Uint8Array> {
  const writer = new PartWriter();
  const wire = encodeContent(content, writer);
  const lengths = writer.parts.map((part) => (part === LATE_PART ? late!.length : part.length));
  const textOf = (digests: readonly string[]): Uint8Array => {
    const parts = lengths.map((length, i) => ({ length, digest: digests[i] }));
    return new TextEncoder().encode(JSON.stringify({ content: wire, parts }));
  };
  // digests are of one length: where the parts begin is known before they are
  const { length } = textOf(lengths.map(() => "0".repeat(64)));
  const { starts, end } = placeParts(length, lengths);
  const out = new Uint8Array(end);
  const digests: string[] = [];
  for (const [i, part] of writer.parts.entries()) {
    const target = out.subarray(starts[i], starts[i] + lengths[i]);
    if (part === LATE_PART) await late!.write(target);
    else target.set(part);
    digests.push(await hashPart(target, pace));
  }
  const text = textOf(digests);
  const view = new DataView(out.buffer);
  out.set(MAGIC);
  view.setUint32(8, VERSION, true);
  view.setUint32(12, length, true);
  out.set(await digestOf(text, pace), 16);
  out.set(text, PREFIX_BYTES);
  return out;
}

/** SHA-256 in hex. */
export async function hashPart(part: Uint8Array, pace: () => Promise<void> | undefined): Promise<string> {
  return toHex(await digestOf(part, pace));
}
