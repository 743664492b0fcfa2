import { sha256 } from "@noble/hashes/sha2.js";

/** SHA-256 (FIPS 180-4) of bytes that come in pieces. */
export interface Sha256 {
  update(bytes: Uint8Array): void;
  /** The 32 bytes; nothing can be added after. */
  digest(): Uint8Array;
}

/** SHA-256 in JavaScript: the same everywhere, a tenth as fast as what Node has. */
export function pureSha256(): Sha256 {
  const hash = sha256.create();
  return {
    update(bytes) {
      hash.update(bytes);
    },
    digest: () => hash.digest(),
  };
}
