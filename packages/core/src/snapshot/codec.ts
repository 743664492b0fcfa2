import { packData, unpackData } from "../codec/container.ts";
import { HoduError } from "../errors/hodu-error.ts";
import type { Snapshot } from "./types.ts";

/** A Snapshot as bytes; weights of kind "bytes" are in it, weights in files are not. The same Snapshot gives the same bytes. */
export function encodeSnapshot(snapshot: Snapshot): Uint8Array {
  return packData({ snapshot });
}

/** The inverse of encodeSnapshot. Arrays are views of `bytes`. Throws INVALID_GRAPH for other bytes; the result is not verified. */
export function decodeSnapshot(bytes: Uint8Array): Snapshot {
  let data: unknown;
  try {
    data = unpackData(bytes);
  } catch (cause) {
    throw new HoduError("INVALID_GRAPH", "Cannot decode the Snapshot: its bytes are damaged", { cause });
  }
  if (typeof data === "object" && data !== null && "snapshot" in data) return data.snapshot as Snapshot;
  throw new HoduError("INVALID_GRAPH", "Cannot decode the Snapshot: found other data");
}
