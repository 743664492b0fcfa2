import { array, assert, boolean, constantFrom, integer, property, record } from "fast-check";
import { expect, it } from "vitest";
import { packedCount } from "./pack-elements.ts";
import { packRows } from "./pack-rows.ts";

const sizes = record({
  turns: integer({ min: 1, max: 3 }),
  places: integer({ min: 1, max: 9 }),
  width: integer({ min: 1, max: 5 }),
});

it("groups rows, the last group being of the last rows with a number for those of the one before, and sums them", () => {
  const bytes = array(integer({ min: 0, max: 255 }), { minLength: 135, maxLength: 135 });
  assert(
    property(
      sizes,
      bytes,
      constantFrom(2 as const, 4 as const),
      boolean(),
      ({ turns, places, width }, from, as, isSigned) => {
        const dims = [turns, places, width];
        const packing = { sizes: dims, strides: [places * width, width, 1], limits: [] };
        const source = Uint8Array.from(from.slice(0, turns * places * width));
        const at = (turn: number, place: number, column: number): number =>
          source[(turn * places + place) * width + column];
        const rows = { places, as, fill: 77 };
        const groups = new Uint8Array(packedCount({ ...packing, rows }));
        packRows(source, isSigned, { ...packing, rows }, rows, groups);
        const count = Math.ceil(places / as);
        groups.forEach((byte, i) => {
          const [lane, column] = [i % as, Math.floor(i / as) % width];
          const group = Math.floor(i / (as * width)) % count;
          const isRest = (group + 1) * as > places;
          const place = isRest ? Math.max(0, places - as) + lane : group * as + lane;
          const isThere = place < places && place >= group * as;
          expect(byte).toBe(isThere ? at(Math.floor(i / (as * width * count)), place, column) : 77);
        });
        const sum = { places, as: "sum" } as const;
        const sums = new Uint8Array(4 * turns * width);
        packRows(source, isSigned, { ...packing, rows: sum }, sum, sums);
        new Int32Array(sums.buffer).forEach((total, i) => {
          let expected = 0;
          for (let place = 0; place < places; place++) {
            const byte = at(Math.floor(i / width), place, i % width);
            expected += isSigned && byte > 127 ? byte - 256 : byte;
          }
          expect(total).toBe(expected);
        });
      },
    ),
  );
});
