import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DTYPE_NAMES, DTYPES } from "../dtypes/dtypes.ts";
import { packedBytes } from "../dtypes/packing.ts";
import { bytesOfTensor, tensorFromBytes } from "./bytes.ts";
import { strings, tensorFrom } from "./elements.ts";
import { transposed } from "./tensor.ts";

const NUMERIC = DTYPE_NAMES.filter((dtype) => dtype !== "string");

describe("tensors as bytes", () => {
  it("keep signalling NaNs where the axes are in another order", () => {
    const words = Uint32Array.of(0x7f800001, 0x3f800000, 0xffa12345, 0x7fc00001, 0, 0x80000000);
    const tensor = transposed(tensorFromBytes("f32", [2, 3], new Uint8Array(words.buffer)), [1, 0]);
    const written = bytesOfTensor(tensor).slice();
    expect([...new Uint32Array(written.buffer)]).toEqual([0, 3, 1, 4, 2, 5].map((i) => words[i]));
  });

  it("refuse half of a surrogate pair, which would become another character", () => {
    const halves = ["\ud800", "a\udc00b", "\udc00\ud800"];
    for (const text of halves) {
      expect(() => bytesOfTensor(tensorFrom("string", [1], [text]))).toThrow(/half of a surrogate pair/);
    }
    const whole = tensorFrom("string", [2], ["\ud83d\ude42", "\uffff\ufeff"]);
    expect(tensorFromBytes("string", [2], bytesOfTensor(whole))).toEqual(whole);
  });

  it("come back bit by bit for every dtype, whatever the alignment and kind of the array", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...NUMERIC),
        fc.nat(20),
        fc.nat(9),
        fc.uint8Array({ minLength: 512, maxLength: 512 }),
        (dtype, count, offset, pool) => {
          const length = packedBytes(dtype, count);
          for (const whole of [pool, Buffer.from(pool)]) {
            const bytes = whole.subarray(offset, offset + length);
            const written = bytesOfTensor(tensorFromBytes(dtype, [count], bytes));
            expect(written.length).toBe(length);
            // what pads the last byte of packed elements is not kept
            const kept = DTYPES[dtype].bits < 8 ? length - 1 : length;
            expect(Array.from(written.subarray(0, kept))).toEqual(Array.from(bytes.subarray(0, kept)));
          }
        },
      ),
    );
  });

  it("keep strings", () => {
    const words = tensorFrom("string", [3], ["", "å\u0000", "naïve 🐢"]);
    expect(strings(tensorFromBytes("string", [3], bytesOfTensor(words)))).toEqual(["", "å\u0000", "naïve 🐢"]);
  });

  it("are refused when their length does not fit", () => {
    expect(() => tensorFromBytes("f32", [2], new Uint8Array(7))).toThrow("found 7 bytes, expected 8");
    expect(() => tensorFromBytes("i4", [3], new Uint8Array(1))).toThrow("found 1 bytes, expected 2");
    expect(() => tensorFromBytes("string", [1], new Uint8Array([9, 0, 0, 0, 65]))).toThrow("its bytes end early");
    expect(() => tensorFromBytes("string", [1], new Uint8Array([1, 0, 0, 0, 255]))).toThrow("not UTF-8");
    expect(() => tensorFromBytes("string", [0], new Uint8Array([1]))).toThrow("1 bytes after the last");
  });
});
