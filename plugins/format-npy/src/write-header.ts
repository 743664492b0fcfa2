/** Headers end at a multiple of this, so that the elements of a mapped file are aligned. */
const ALIGNMENT = 64;
/** Digits that NumPy leaves room for, so that the first dim can grow in place. */
const DIM_DIGITS = 21;
const PREFIX_BYTES = 10;

/** The header of a .npy file in version 1.0, byte for byte as NumPy writes it for an array in C order. */
export function headerOf(descr: string, shape: readonly number[]): Uint8Array {
  const dims = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${dims}), }`;
  const room = shape.length === 0 ? 0 : DIM_DIGITS - String(shape[0]).length;
  const used = PREFIX_BYTES + text.length + room + 1;
  const length = used + ALIGNMENT - (used % ALIGNMENT) - PREFIX_BYTES;
  const header = `\x93NUMPY\x01\x00${String.fromCharCode(length & 0xff, length >> 8)}${text.padEnd(length - 1)}\n`;
  return Uint8Array.from(header, (character) => character.charCodeAt(0));
}
