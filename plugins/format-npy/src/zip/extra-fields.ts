import type { Place } from "../place.ts";

/** The fields of a header that are not part of its fixed form, by their numbers. */
export type ExtraFields = ReadonlyMap<number, DataView>;

/** Sizes and offset of a member past 32 bits. */
export const ZIP64_FIELD = 0x0001;
/** Another name of the member, which readers may take or leave. */
const UNICODE_PATH_FIELD = 0x7075;

/** Takes the extra fields of a header apart; each may stand there once. `at` is where they begin. Throws BAD_TENSOR_FILE. */
export function readExtraFields(bytes: Uint8Array, at: number, place: Place): ExtraFields {
  const fields = new Map<number, DataView>();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let start = 0;
  while (start < bytes.length) {
    const length = start + 4 <= bytes.length ? view.getUint16(start + 2, true) : 0;
    const end = start + 4 + length;
    if (end > bytes.length) {
      throw place.bad({ found: "an extra field that is cut off", expected: "whole ones", at: at + start });
    }
    const id = view.getUint16(start, true);
    if (fields.has(id)) {
      throw place.bad({ found: `the extra field ${id} twice`, expected: "it once", at: at + start });
    }
    if (id === UNICODE_PATH_FIELD) {
      throw place.bad({ found: "a second name of a member", expected: "one", at: at + start });
    }
    fields.set(id, new DataView(bytes.buffer, bytes.byteOffset + start + 4, length));
    start = end;
  }
  return fields;
}
