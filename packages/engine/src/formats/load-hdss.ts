import type { Snapshot } from "@hodu/core";
import { checkAllUsed, checkWeightPlaces, decodeModelHeader } from "@hodu/core/container";
import type { ByteSource, CallContext } from "hodu-plugin-sdk";
import { readContainer } from "./read-container.ts";

/** Reads a .hdss (docs/format-hdss.md); large weights stay in the file, with their digests. Throws BAD_MODEL, UNSUPPORTED, ABORTED. */
export async function loadHdss(source: ByteSource, context: CallContext): Promise<Snapshot> {
  const { prefix, place, members, parts } = await readContainer("hdss", source, context);
  const snapshot = decodeModelHeader(members, parts, source);
  checkAllUsed(parts, place);
  checkWeightPlaces(snapshot, source.name, prefix.headerOffset);
  return snapshot;
}
