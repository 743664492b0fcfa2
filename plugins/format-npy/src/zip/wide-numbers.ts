import type { Place } from "../place.ts";
import { type ExtraFields, ZIP64_FIELD } from "./extra-fields.ts";

/** What a field of 32 bits holds when its number stands in the zip64 field. */
export const IN_ZIP64 = 0xffff_ffff;

/** A number of 8 bytes. Past 2^53 it is rounded, which no comparison with the size of a file can mistake. */
export const readUint64 = (view: DataView, at: number): number => Number(view.getBigUint64(at, true));

/**
 * The numbers of a header, each from the zip64 field where its own says so. The field holds just those, in their order (APPNOTE 4.5.3).
 * Throws BAD_TENSOR_FILE.
 */
export function wideNumbers(numbers: readonly number[], fields: ExtraFields, at: number, place: Place): number[] {
  const field = fields.get(ZIP64_FIELD);
  const wanted = numbers.filter((number) => number === IN_ZIP64).length;
  if ((field?.byteLength ?? 0) !== 8 * wanted) {
    throw place.bad({
      found: `a zip64 field of ${field?.byteLength ?? 0} bytes`,
      expected: `${8 * wanted} for the ${wanted} numbers that its header leaves to it`,
      at,
    });
  }
  let next = 0;
  return numbers.map((number) => (number === IN_ZIP64 && field !== undefined ? readUint64(field, 8 * next++) : number));
}
