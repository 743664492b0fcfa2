import type { Sha256 } from "@hodu/core/container";

/** SHA-256 by OpenSSL: about a gigabyte a second. It is loaded here: most processes of plugins hash nothing. */
export function newSha256(): Sha256 {
  const hash = process.getBuiltinModule("node:crypto").createHash("sha256");
  return {
    update(bytes) {
      hash.update(bytes);
    },
    digest: () => hash.digest(),
  };
}
