const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** The most brackets that are open at once in a JSON text, as far as `limit` + 1; nothing is parsed. */
export function jsonDepth(bytes: Uint8Array, limit: number): number {
  let depth = 0;
  let most = 0;
  let isText = false;
  for (let i = 0; i < bytes.length && most <= limit; i++) {
    const byte = bytes[i];
    if (byte === QUOTE) isText = !isText;
    else if (isText) {
      if (byte === BACKSLASH) i++;
    } else if (byte === 0x5b || byte === 0x7b) {
      if (++depth > most) most = depth;
    } else if (byte === 0x5d || byte === 0x7d) depth--;
  }
  return most;
}
