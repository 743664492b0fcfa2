/** Reads back what a ByteWriter wrote; not for bytes of others, which it does not check. */
export class ByteReader {
  readonly #view: DataView;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Where the next byte stands. */
  get offset(): number {
    return this.#offset;
  }

  get atEnd(): boolean {
    return this.#offset >= this.#view.byteLength;
  }

  byte(): number {
    return this.#view.getUint8(this.#offset++);
  }

  u32(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
  }

  /** Signed LEB128 of up to 64 bits. */
  s64(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(Number(shift) + 7, value);
    }
  }

  f32(): number {
    this.#offset += 4;
    return this.#view.getFloat32(this.#offset - 4, true);
  }

  f64(): number {
    this.#offset += 8;
    return this.#view.getFloat64(this.#offset - 8, true);
  }
}
