import { ELEMENT_ARRAYS, type ElementArray, type Memory } from "@hodu/core/kernel-ir";

const FLOATS = [0, -0, 0.5, 1, 1.5, 2.5, 3.7, 127, 127.5, 128.4, 255.5, 256, 32767.5, 65503.9, 65519.9, 65520, 65535.5];
const EDGES = [2 ** 22 + 0.5, 2 ** 23 - 0.5, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 52 + 0.5, 2 ** 53, 2 ** 63, 2 ** 64];
const EXTREMES = [1e30, 3.4028234663852886e38, 1.7976931348623157e308, 2 ** -24, 2 ** -25, 1e-40, 5e-324, 2 ** -126];
const SPECIAL = [...FLOATS, ...EDGES, ...EXTREMES, Infinity];

/** Floats at which something changes, of both signs, and NaN. */
const SPECIAL_FLOATS: readonly number[] = [...SPECIAL, ...SPECIAL.map((value) => -value), NaN];

/** Floats that are tried in all pairs: where the sign of 0, infinities and NaN decide. */
const PAIRED = [0, -0, 1, -1.5, Infinity, -Infinity, NaN] as const;

/** Whether elements hold floats; f16 and bf16 are bits. */
const isFloatMemory = (memory: Memory): boolean => memory === "f32" || memory === "f64";

/** Whole random numbers of 32 bits (mulberry32), the same for the same seed. */
function randomBits(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return (bits ^ (bits >>> 14)) >>> 0;
  };
}

/** `length` elements of a memory type for the operand at a position: all pairs of a few floats, then special floats and the ends of integers at random places, random bits at others. */
export function sampleElements(memory: Memory, length: number, seed: number, position = 0): ElementArray {
  const random = randomBits(seed);
  const elements = new ELEMENT_ARRAYS[memory](length);
  const bytes = new Uint8Array(elements.buffer);
  const size = elements.BYTES_PER_ELEMENT;
  for (let i = 0; i < bytes.length; i++) bytes[i] = random() & (memory === "bool" ? 0x81 : 255);
  for (let i = 0; i < length * 0.7; i++) {
    const pick = random();
    const element = bytes.subarray(i * size, (i + 1) * size);
    if (isFloatMemory(memory)) elements[i] = SPECIAL_FLOATS[pick % SPECIAL_FLOATS.length];
    else if (pick % 4 === 0) element.fill(0);
    else if (pick % 4 === 1) element.fill(255);
    else if (pick % 4 === 2) element.fill(pick & 256 ? 255 : 0).set([pick & 512 ? 127 : 128], size - 1);
  }
  const pairs = isFloatMemory(memory) ? PAIRED.length ** 2 : 0;
  for (let i = 0; i < Math.min(pairs, length); i++)
    elements[i] = PAIRED[Math.floor(i / PAIRED.length ** position) % PAIRED.length];
  return elements;
}
