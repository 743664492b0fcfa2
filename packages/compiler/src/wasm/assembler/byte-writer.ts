const EIGHT_BYTES = new DataView(new ArrayBuffer(8));
const UTF8 = new TextEncoder();

/** The bits that every NaN is written with, whatever the engine holds: the same calls give the same bytes. */
const NAN_32 = 0x7fc00000;
const NAN_64 = 0x7ff80000_00000000n;

/** Bytes that grow as they are written, in the encodings of the WebAssembly binary format, section 5.2. */
export class ByteWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity);
  }

  /** How many bytes were written. */
  get length(): number {
    return this.#length;
  }

  /** What was written, without a copy: only until the next call. */
  get written(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** A copy of what was written. */
  toBytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }

  byte(value: number): void {
    if (this.#length === this.#bytes.length) this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  bytes(values: Uint8Array): void {
    this.#reserve(values.length);
    this.#bytes.set(values, this.#length);
    this.#length += values.length;
  }

  /** LEB128 of an integer from 0 to 2^32 - 1. */
  u32(value: number): void {
    let rest = value >>> 0;
    while (rest > 0x7f) {
      this.byte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    this.byte(rest);
  }

  /** Signed LEB128 of the low 32 bits. */
  s32(value: number): void {
    let rest = value | 0;
    while (rest > 0x3f || rest < -0x40) {
      this.byte((rest & 0x7f) | 0x80);
      rest >>= 7;
    }
    this.byte(rest & 0x7f);
  }

  /** Signed LEB128 of the low 64 bits. */
  s64(value: bigint): void {
    let rest = BigInt.asIntN(64, value);
    while (rest > 0x3fn || rest < -0x40n) {
      this.byte(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    this.byte(Number(rest & 0x7fn));
  }

  /** Four bytes, little-endian. */
  f32(value: number): void {
    if (Number.isNaN(value)) EIGHT_BYTES.setUint32(0, NAN_32, true);
    else EIGHT_BYTES.setFloat32(0, value, true);
    this.#fromView(4);
  }

  /** Eight bytes, little-endian. */
  f64(value: number): void {
    if (Number.isNaN(value)) EIGHT_BYTES.setBigUint64(0, NAN_64, true);
    else EIGHT_BYTES.setFloat64(0, value, true);
    this.#fromView(8);
  }

  /** The length in bytes of a text in UTF-8, then the text. */
  name(text: string): void {
    this.sized(UTF8.encode(text));
  }

  /** A length, then that many bytes. */
  sized(values: Uint8Array): void {
    this.u32(values.length);
    this.bytes(values);
  }

  #fromView(count: number): void {
    for (let at = 0; at < count; at++) this.byte(EIGHT_BYTES.getUint8(at));
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2, 256));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}
