import { PartWriter } from "@hodu/core/wire";
import { newSha256 } from "#sha256";
import { CHUNK_BYTES } from "../../chunks.ts";
import { toHex } from "../../weights/hex.ts";
import type { ArtifactContent } from "../program-unit.ts";
import { encodeContent } from "./artifact-codec.ts";
import { MAGIC, placeParts, PREFIX_BYTES, VERSION } from "./layout.ts";

/** An artifact as bytes; the same content gives the same. `pace` gives way while large parts are hashed. */
export async function writeArtifact(
  content: ArtifactContent,
  pace: () => Promise<void> | undefined,
): Promise<Uint8Array> {
  const writer = new PartWriter();
  const wire = encodeContent(content, writer);
  const parts: { readonly length: number; readonly digest: string }[] = [];
  for (const part of writer.parts) parts.push({ length: part.length, digest: await hashPart(part, pace) });
  const text = new TextEncoder().encode(JSON.stringify({ content: wire, parts }));
  const { starts, end } = placeParts(
    text.length,
    parts.map(({ length }) => length),
  );
  const out = new Uint8Array(end);
  const view = new DataView(out.buffer);
  out.set(MAGIC);
  view.setUint32(8, VERSION, true);
  view.setUint32(12, text.length, true);
  out.set(Uint8Array.from(await digestOf(text, pace)), 16);
  out.set(text, PREFIX_BYTES);
  for (const [i, part] of writer.parts.entries()) out.set(part, starts[i]);
  return out;
}

/** SHA-256 in hex. */
export async function hashPart(part: Uint8Array, pace: () => Promise<void> | undefined): Promise<string> {
  return toHex(await digestOf(part, pace));
}

/** SHA-256 of bytes of any number. */
export async function digestOf(part: Uint8Array, pace: () => Promise<void> | undefined): Promise<Uint8Array> {
  const hash = newSha256();
  for (let at = 0; at < part.length; at += CHUNK_BYTES) {
    hash.update(part.subarray(at, at + CHUNK_BYTES));
    const turn = pace();
    if (turn !== undefined) await turn;
  }
  return hash.digest();
}
