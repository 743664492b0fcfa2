import { CHUNK_BYTES } from "../chunks.ts";
import { newSha256 } from "#sha256";

/** SHA-256 of bytes of any number, giving way in between by `pace`. Throws what `pace` throws. */
export async function digestOf(bytes: Uint8Array, pace: () => Promise<void> | undefined): Promise<Uint8Array> {
  const hash = newSha256();
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    hash.update(bytes.subarray(at, at + CHUNK_BYTES));
    const turn = pace();
    if (turn !== undefined) await turn;
  }
  return hash.digest();
}
