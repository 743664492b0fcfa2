import { packElements } from "./pack-elements.ts";
import type { Packing, RowGroups } from "./types.ts";

/** Lays bytes out whose rows become groups or sums, of i8 or u8 (`isSigned`); `target` is all zeros and lies at a multiple of 4. */
export function packRows(
  source: Uint8Array,
  isSigned: boolean,
  packing: Packing,
  { places, as, fill = 0 }: RowGroups,
  target: Uint8Array,
): void {
  const { sizes } = packing;
  const width = sizes[sizes.length - 1];
  const packed = new Uint8Array(sizes.reduce((product, size) => product * size, 1));
  packElements(source, 1, packing, packed);
  if (as !== "sum") return groupRows(packed, width, places, as, target.fill(fill));
  const elements = isSigned ? new Int8Array(packed.buffer) : packed;
  sumRows(elements, width, places, new Int32Array(target.buffer, target.byteOffset, target.byteLength / 4));
}

function groupRows(packed: Uint8Array, width: number, places: number, count: number, target: Uint8Array): void {
  const groups = Math.ceil(places / count);
  const first = Math.max(0, places - count);
  for (let row = 0, from = 0; from < packed.length; row++) {
    const place = row % places;
    const group = Math.floor(place / count);
    const isRest = (group + 1) * count > places;
    const lane = isRest ? place - first : place % count;
    let to = (((row - place) / places) * groups + group) * width * count + lane;
    for (const end = from + width; from < end; from++, to += count) target[to] = packed[from];
  }
}

function sumRows(packed: Int8Array | Uint8Array, width: number, places: number, target: Int32Array): void {
  for (let row = 0, from = 0; from < packed.length; row++) {
    let to = Math.floor(row / places) * width;
    for (const end = from + width; from < end; from++, to++) target[to] += packed[from];
  }
}
