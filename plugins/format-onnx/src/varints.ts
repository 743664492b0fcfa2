/** Longest varint: 64 bits in groups of seven. */
const MAX_VARINT_BYTES = 10;

/** How many varints packed runs hold, or undefined when one is too long or cut off. */
export function countVarints(runs: readonly Uint8Array[]): number | undefined {
  let count = 0;
  for (const run of runs) {
    let start = 0;
    for (let i = 0; i < run.length; i++) {
      if (run[i] >= 0x80) continue;
      if (i - start >= MAX_VARINT_BYTES) return undefined;
      count++;
      start = i + 1;
    }
    if (start !== run.length) return undefined;
  }
  return count;
}

/**
 * Decodes packed varints into little-endian integers of `width` bytes (1, 2, 4 or 8), keeping the low bits as protobuf and NumPy do.
 * `out` must have room for all of them: count them first.
 */
export function decodeVarints(runs: readonly Uint8Array[], width: number, out: Uint8Array): void {
  const view = new DataView(out.buffer, out.byteOffset, out.byteLength);
  let at = 0;
  for (const run of runs) {
    let i = 0;
    while (i < run.length) {
      let low = 0;
      let high = 0;
      let shift = 0;
      for (;;) {
        const byte = run[i++];
        const bits = byte & 0x7f;
        if (shift < 28) low |= bits << shift;
        else if (shift === 28) {
          low |= bits << 28;
          high = bits >> 4;
        } else if (shift < 63) high |= bits << (shift - 32);
        else high |= bits << 31;
        if (byte < 0x80) break;
        shift += 7;
      }
      if (width === 1) out[at] = low;
      else if (width === 2) view.setUint16(at, low, true);
      else {
        view.setUint32(at, low, true);
        if (width === 8) view.setUint32(at + 4, high, true);
      }
      at += width;
    }
  }
}
