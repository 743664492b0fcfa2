import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ByteReader } from "./byte-reader.ts";
import { ByteWriter } from "./byte-writer.ts";

function written(write: (to: ByteWriter) => void): readonly number[] {
  const writer = new ByteWriter(1);
  write(writer);
  return [...writer.toBytes()];
}

describe("LEB128 of unsigned integers", () => {
  it.each([
    [0, [0]],
    [127, [0x7f]],
    [128, [0x80, 0x01]],
    [16_383, [0xff, 0x7f]],
    [16_384, [0x80, 0x80, 0x01]],
    [624_485, [0xe5, 0x8e, 0x26]],
    [2 ** 31, [0x80, 0x80, 0x80, 0x80, 0x08]],
    [2 ** 32 - 1, [0xff, 0xff, 0xff, 0xff, 0x0f]],
  ])("writes %d in the fewest bytes", (value, bytes) => {
    expect(written((to) => to.u32(value))).toEqual(bytes);
  });

  it("reads back what it wrote", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (value) => {
        expect(new ByteReader(new Uint8Array(written((to) => to.u32(value)))).u32()).toBe(value);
      }),
    );
  });
});

describe("LEB128 of signed integers", () => {
  it.each([
    [0, [0]],
    [63, [0x3f]],
    [64, [0xc0, 0x00]],
    [-1, [0x7f]],
    [-64, [0x40]],
    [-65, [0xbf, 0x7f]],
    [-123_456, [0xc0, 0xbb, 0x78]],
    [2 ** 31 - 1, [0xff, 0xff, 0xff, 0xff, 0x07]],
    [-(2 ** 31), [0x80, 0x80, 0x80, 0x80, 0x78]],
    [2 ** 32 - 1, [0x7f]],
  ])("writes the low 32 bits of %d in the fewest bytes", (value, bytes) => {
    expect(written((to) => to.s32(value))).toEqual(bytes);
  });

  it.each([
    [2n ** 63n - 1n, [...Array<number>(9).fill(0xff), 0x00]],
    [-(2n ** 63n), [...Array<number>(9).fill(0x80), 0x7f]],
    [2n ** 64n - 1n, [0x7f]],
    [64n, [0xc0, 0x00]],
  ])("writes the low 64 bits of %d in the fewest bytes", (value, bytes) => {
    expect(written((to) => to.s64(value))).toEqual(bytes);
  });

  it("reads back what it wrote, of 32 and of 64 bits", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
        const reader = new ByteReader(
          new Uint8Array(
            written((to) => {
              to.s64(value);
              to.s32(Number(BigInt.asIntN(32, value)));
            }),
          ),
        );
        expect([reader.s64(), reader.s64(), reader.atEnd]).toEqual([value, BigInt.asIntN(32, value), true]);
      }),
    );
  });
});

describe("floats and names", () => {
  it("writes one NaN, whatever bits the number has", () => {
    const payload = new Float64Array(new BigUint64Array([0xfff8dead00000000n]).buffer)[0]!;
    expect(written((to) => to.f32(payload))).toEqual([0, 0, 0xc0, 0x7f]);
    expect(written((to) => to.f64(payload))).toEqual([0, 0, 0, 0, 0, 0, 0xf8, 0x7f]);
  });

  it("reads back floats bit by bit", () => {
    fc.assert(
      fc.property(fc.double(), fc.float(), (wide, narrow) => {
        const bytes = new Uint8Array(
          written((to) => {
            to.f64(wide);
            to.f32(narrow);
          }),
        );
        const reader = new ByteReader(bytes);
        expect([reader.f64(), reader.f32()]).toEqual([wide, narrow]);
      }),
    );
  });

  it("writes names in UTF-8, and a lone surrogate as U+FFFD", () => {
    expect(written((to) => to.name("é"))).toEqual([2, 0xc3, 0xa9]);
    expect(written((to) => to.name("\ud800"))).toEqual([3, 0xef, 0xbf, 0xbd]);
  });
});
