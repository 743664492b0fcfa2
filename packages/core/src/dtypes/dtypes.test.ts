import { describe, expect, it } from "vitest";
import {
  bytesPerElement,
  DTYPE_NAMES,
  DTYPES,
  dtypeOfOnnxCode,
  integerRange,
  isDtype,
  onnxCodeOfDtype,
} from "./dtypes.ts";

describe("dtypes", () => {
  it("have numbers of their own in ONNX", () => {
    for (const dtype of DTYPE_NAMES) expect(dtypeOfOnnxCode(onnxCodeOfDtype(dtype))).toBe(dtype);
    expect([0, 29, -1, 1.5].map(dtypeOfOnnxCode)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it("are found by name only when they are their own", () => {
    expect([isDtype("f32"), isDtype("toString"), isDtype("")]).toEqual([true, false, false]);
  });

  it("have the range of their bits", () => {
    expect(integerRange("i4")).toEqual({ min: -8n, max: 7n });
    expect(integerRange("u64")).toEqual({ min: 0n, max: 2n ** 64n - 1n });
    expect(integerRange("i64").min).toBe(-(2n ** 63n));
    expect(() => integerRange("f32")).toThrow("integerRange of f32");
  });

  it("take at least a byte in memory", () => {
    const sizes = DTYPE_NAMES.map((dtype) => [DTYPES[dtype].bits, bytesPerElement(dtype)]);
    expect(sizes).toEqual(sizes.map(([bits]) => [bits, bits === 0 ? 8 : bits < 8 ? 1 : bits / 8]));
  });
});
