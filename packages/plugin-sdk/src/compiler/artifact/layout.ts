import { HoduError } from "@hodu/core";

/*
 * An artifact as bytes, all numbers little-endian:
 *    0  "HODUKERN"
 *    8  u32 version, u32 bytes of the JSON text
 *   16  SHA-256 of the text
 *   48  the text: {content, parts: [{length, digest}]}
 * then the parts, each at a multiple of 64, zeros in between. The digests of the parts make that of the text one of the whole.
 */

export const MAGIC = Uint8Array.from("HODUKERN", (letter) => letter.charCodeAt(0));
export const VERSION = 3;
export const PREFIX_BYTES = 48;
const ALIGNMENT = 64;

/** Where each part begins, and where the last one ends. */
export function placeParts(
  headerBytes: number,
  lengths: readonly number[],
): { readonly starts: readonly number[]; readonly end: number } {
  let end = PREFIX_BYTES + headerBytes;
  const starts = lengths.map((length) => {
    const start = Math.ceil(end / ALIGNMENT) * ALIGNMENT;
    end = start + length;
    return start;
  });
  return { starts, end };
}

/** The error for bytes that are no artifact of ours: BAD_MODEL. */
export function artifactError(found: string, expected: string, field?: string, cause?: unknown): HoduError {
  const place = field === undefined || field === "" ? "" : `${field}: `;
  return new HoduError("BAD_MODEL", `Cannot load the compiled model: ${place}found ${found}, expected ${expected}`, {
    hint: "hodu cache clean",
    where: field === undefined || field === "" ? {} : { field },
    cause,
  });
}
