import { hexToBytes } from "@noble/hashes/utils.js";

/** The bytes that lower-case hex digits stand for; undefined for other text. */
export function fromHex(text: string): Uint8Array | undefined {
  return text.length % 2 === 0 && /^[0-9a-f]*$/.test(text) ? hexToBytes(text) : undefined;
}
