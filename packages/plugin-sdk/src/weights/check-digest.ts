import { HoduError, quote, type Weight } from "@hodu/core";
import { digestOf } from "./digest-of.ts";
import { toHex } from "./hex.ts";

/** Holds a weight's bytes to its digest, if it has one, giving way in between by `pace`. Throws BAD_MODEL. */
export async function checkDigest(
  weight: Weight,
  bytes: Uint8Array,
  file: string,
  pace: () => Promise<void> | undefined,
): Promise<void> {
  if (weight.digest === undefined) return;
  compareDigest(weight, toHex(await digestOf(bytes, pace)), file);
}

/** Throws BAD_MODEL when a weight has a digest and its bytes have another. */
export function compareDigest({ name, offset, digest }: Weight, found: string, file: string): void {
  if (digest === undefined || digest === found) return;
  const field = `weight ${quote(name)}`;
  throw new HoduError(
    "BAD_MODEL",
    `Cannot read ${field} of ${quote(file)}: its bytes are damaged: found SHA-256 ${found}, expected ${quote(digest).slice(1, -1)}`,
    { where: { file, field, offset } },
  );
}
