import type { Packing } from "./types.ts";

/** Elements as words of their size: moving them as numbers could change a NaN. */
type Words = Uint8Array | Uint16Array | Uint32Array | BigUint64Array;

const WORDS = new Map<number, new (buffer: ArrayBufferLike, offset: number, length: number) => Words>([
  [1, Uint8Array],
  [2, Uint16Array],
  [4, Uint32Array],
  [8, BigUint64Array],
]);

/**
 * Lays elements of `width` bytes (1, 2, 4 or 8) out anew: `target`, which is all zeros, gets them in the order of the packing. It lies at a
 * multiple of `width`; `source` need not.
 */
export function packElements(source: Uint8Array, width: number, packing: Packing, target: Uint8Array): void {
  const from = wordsOf(source.byteOffset % width === 0 ? source : new Uint8Array(source), width);
  const to = wordsOf(target, width);
  const { sizes, strides } = packing;
  const rank = sizes.length;
  if (to.length === 0) return;
  if (rank === 0) return void (to[0] = packing.limits.some(({ below }) => below <= 0) ? 0 : from[0]);
  const inner = sizes[rank - 1];
  const stride = strides[rank - 1];
  const index = new Array<number>(rank).fill(0);
  let base = 0;
  for (let row = 0; row < to.length; row += inner) {
    const end = row + withinLimits(packing, index, inner);
    for (let at = row, position = base; at < end; at++, position += stride) to[at] = from[position];
    for (let axis = rank - 2; axis >= 0; axis--) {
      base += strides[axis];
      if (++index[axis] < sizes[axis]) break;
      base -= strides[axis] * sizes[axis];
      index[axis] = 0;
    }
  }
}

/** How many elements of the innermost axis are not 0, at this index of the others. */
function withinLimits({ sizes, limits }: Packing, index: readonly number[], inner: number): number {
  const last = sizes.length - 1;
  let count = inner;
  for (const { axes, below } of limits) {
    let [fixed, scale] = [0, 0];
    for (const each of axes) {
      if (each.axis === last) scale += each.scale;
      else fixed += index[each.axis] * each.scale;
    }
    const room = below - fixed;
    if (room <= 0) return 0;
    if (scale > 0) count = Math.min(count, Math.ceil(room / scale));
  }
  return count;
}

function wordsOf({ buffer, byteOffset, byteLength }: Uint8Array, width: number): Words {
  const Class = WORDS.get(width)!;
  return new Class(buffer, byteOffset, byteLength / width);
}

/** Elements that a packing gives. */
export function packedCount({ sizes }: Packing): number {
  return sizes.reduce((product, size) => product * size, 1);
}
