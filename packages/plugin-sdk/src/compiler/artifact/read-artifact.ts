import { PartReader } from "@hodu/core/wire";
import type { ArtifactContent } from "../program-unit.ts";
import { decodeContent } from "./artifact-codec.ts";
import { checkPlan } from "./check-plan.ts";
import { artifactError, MAGIC, placeParts, PREFIX_BYTES, VERSION } from "./layout.ts";
import { MAX_HEADER_BYTES, MAX_PARTS } from "./limits.ts";
import { hashPart } from "./write-artifact.ts";
import { digestOf } from "../../weights/digest-of.ts";
import { toHex } from "../../weights/hex.ts";

interface PartHead {
  readonly length: number;
  readonly digest: string;
}

/**
 * What an artifact holds; its bytes stay where they are. Every part is held to its digest, unless that was done, and the plan to what it
 * says. Throws BAD_MODEL for anything else than what was written.
 */
export async function readArtifact(
  bytes: Uint8Array,
  pace: () => Promise<void> | undefined,
  isVerified = false,
): Promise<ArtifactContent> {
  const text = await headerText(bytes, pace);
  const { content: wire, heads } = parseHeader(text);
  const { starts, end } = placeParts(
    text.length,
    heads.map(({ length }) => length),
  );
  if (end !== bytes.length) throw artifactError(`${bytes.length} bytes`, String(end));
  const parts: Uint8Array[] = [];
  for (const [i, { length, digest }] of heads.entries()) {
    const part = bytes.subarray(starts[i], starts[i] + length);
    if (!isVerified && (await hashPart(part, pace)) !== digest)
      throw artifactError("damaged bytes", "those of its digest", `part ${i}`);
    parts.push(part);
  }
  const reader = new PartReader(parts, (place, found, expected, cause) => artifactError(found, expected, place, cause));
  const content = decodeContent(wire, reader);
  if (content.unit !== undefined) checkPlan(content.unit);
  return content;
}

async function headerText(bytes: Uint8Array, pace: () => Promise<void> | undefined): Promise<Uint8Array> {
  if (bytes.length < PREFIX_BYTES || MAGIC.some((byte, i) => bytes[i] !== byte))
    throw artifactError("bytes of another kind", "an artifact");
  const view = new DataView(bytes.buffer, bytes.byteOffset, PREFIX_BYTES);
  const version = view.getUint32(8, true);
  if (version !== VERSION) throw artifactError(`version ${version}`, String(VERSION));
  const length = view.getUint32(12, true);
  if (length > MAX_HEADER_BYTES || PREFIX_BYTES + length > bytes.length)
    throw artifactError(
      `a text of ${length} bytes`,
      `at most ${Math.min(MAX_HEADER_BYTES, bytes.length - PREFIX_BYTES)}`,
    );
  const text = bytes.subarray(PREFIX_BYTES, PREFIX_BYTES + length);
  if (toHex(await digestOf(text, pace)) !== toHex(bytes.subarray(16, PREFIX_BYTES)))
    throw artifactError("a damaged text", "that of its digest");
  return text;
}

function parseHeader(text: Uint8Array): { readonly content: unknown; readonly heads: readonly PartHead[] } {
  try {
    const { content, parts } = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(text)) as {
      readonly content?: unknown;
      readonly parts?: unknown;
    };
    if (Array.isArray(parts) && parts.length <= MAX_PARTS && parts.every(isPartHead)) return { content, heads: parts };
  } catch (cause) {
    throw artifactError("text that is not JSON", "JSON", undefined, cause);
  }
  throw artifactError("no list of parts", `one of at most ${MAX_PARTS}`);
}

function isPartHead(part: unknown): part is PartHead {
  if (typeof part !== "object" || part === null) return false;
  const { length, digest } = part as Partial<PartHead>;
  return Number.isSafeInteger(length) && length! >= 0 && typeof digest === "string";
}
