import { createHash } from "node:crypto";
import type { Sha256 } from "@hodu/core/container";

/** SHA-256 by OpenSSL: about a gigabyte a second. */
export function newSha256(): Sha256 {
  const hash = createHash("sha256");
  return {
    update(bytes) {
      hash.update(bytes);
    },
    digest: () => hash.digest(),
  };
}
