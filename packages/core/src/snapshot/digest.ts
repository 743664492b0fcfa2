import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { printSnapshot } from "../text/print.ts";
import type { Snapshot } from "./types.ts";

/**
 * SHA-256 (hex) of everything a Snapshot says: its textual form and the bytes of its stores.
 * Weights in files count by file, place and, when it is known, digest; the same file read twice gives the same digest.
 */
export function digestSnapshot(snapshot: Snapshot): string {
  const hash = sha256.create();
  const stores = snapshot.stores.map((store) =>
    store.kind === "bytes" ? ({ kind: "bytes", bytes: new Uint8Array(0) } as const) : store,
  );
  hash.update(utf8ToBytes(printSnapshot({ ...snapshot, stores })));
  for (const store of snapshot.stores) if (store.kind === "bytes") hash.update(sha256(store.bytes));
  return bytesToHex(hash.digest());
}
