import { describe, expect, it } from "vitest";
import { DTYPES } from "./dtypes.ts";
import { isPacked, packedBytes, packElements, unpackElements } from "./packing.ts";

describe("elements below a byte", () => {
  it("lie with the first one in the low bits", () => {
    expect([...packElements([1, -2, 3], "i4")]).toEqual([0xe1, 0x03]);
    expect([...packElements([1, 2, 3, 0, 1], "u2")]).toEqual([0b00111001, 1]);
    expect([...packElements([63, 0, 1, 32], "f6e3m2")]).toEqual([0x3f, 0x10, 0x80]);
  });

  it("come back as they were, in any number", () => {
    for (const dtype of ["i2", "u2", "i4", "u4", "f4e2m1", "f6e2m3", "f6e3m2"] as const) {
      const { bits, kind } = DTYPES[dtype];
      const low = kind === "int" ? -(1 << (bits - 1)) : 0;
      for (let count = 0; count < 20; count++) {
        const values = Array.from({ length: count }, (_, i) => low + ((i * 7) % (1 << bits)));
        const packed = packElements(values, dtype);
        expect(packed.length).toBe(packedBytes(dtype, count));
        expect({ dtype, values: [...unpackElements(packed, dtype, count)] }).toEqual({ dtype, values });
      }
    }
  });

  it("are those of 2, 4 and 6 bits", () => {
    expect((Object.keys(DTYPES) as (keyof typeof DTYPES)[]).filter(isPacked)).toEqual([
      "i2",
      "i4",
      "u2",
      "u4",
      "f4e2m1",
      "f6e2m3",
      "f6e3m2",
    ]);
  });
});
