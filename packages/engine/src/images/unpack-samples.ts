/** Samples of 1, 2 or 4 bits, one a byte: rows begin at whole bytes, the first sample is in the high bits (PNG, 7.2). */
export function unpackSamples(bytes: ArrayLike<number>, width: number, height: number, bits: number): Uint8Array {
  const rowBytes = Math.ceil((width * bits) / 8);
  const samples = new Uint8Array(width * height);
  for (let i = 0; i < samples.length; i++) {
    const at = (i % width) * bits;
    const byte = bytes[Math.floor(i / width) * rowBytes + (at >> 3)];
    samples[i] = (byte >> (8 - bits - (at & 7))) & (2 ** bits - 1);
  }
  return samples;
}
