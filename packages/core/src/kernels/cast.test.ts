import { describe, expect, it } from "vitest";
import type { DType } from "../dtypes/dtypes.ts";
import { kernelContext } from "../evaluate/kernel-context.ts";
import { numbers, tensorFrom } from "../tensors/elements.ts";
import type { Tensor } from "../tensors/tensor.ts";
import { type CastOptions, castTo } from "./cast.ts";

const node = { op: "Cast", domain: "", name: "cast", inputs: ["x"], outputs: ["y"], attributes: [], origin: [] };

function cast(x: Tensor, to: DType, options: CastOptions = {}): Tensor {
  const steps = castTo(x, to, options, kernelContext(node, {}));
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

const bits = (x: Tensor) => [...(x.data as ArrayLike<number> & Iterable<number>)];

describe("casts", () => {
  it("of 64-bit integers to smaller floats round once", () => {
    // just above the middle of two floats, which rounding to double first would lose
    const x = tensorFrom(
      "i64",
      [3],
      [2n ** 60n + 2n ** 36n + 1n, -(2n ** 60n + 2n ** 36n + 1n), 2n ** 60n + 2n ** 36n],
    );
    expect([...numbers(cast(x, "f32"))]).toEqual([2 ** 60 + 2 ** 37, -(2 ** 60 + 2 ** 37), 2 ** 60]);
    const y = tensorFrom("u64", [1], [2n ** 63n + 2n ** 55n + 1n]);
    expect([...numbers(cast(y, "bf16"))]).toEqual([2 ** 63 + 2 ** 56]);
  });

  it("of 64-bit integers to integers keep the low bits", () => {
    const x = tensorFrom("i64", [2], [2n ** 40n + 300n, -1n]);
    expect(["u8", "i16", "u32", "i4", "u2"].map((dtype) => bits(cast(x, dtype as DType)))).toEqual([
      [44, 255],
      [300, -1],
      [300, 2 ** 32 - 1],
      [-4, -1],
      [0, 3],
    ]);
  });

  it("of floats past every integer keep the low bits", () => {
    const x = tensorFrom("f64", [3], [2 ** 40 + 5, -(2 ** 40) - 5, 2 ** 80]);
    expect(bits(cast(x, "i32"))).toEqual([5, -5, 0]);
    expect([...(cast(x, "u64").data as BigUint64Array)]).toEqual([2n ** 40n + 5n, 2n ** 64n - 2n ** 40n - 5n, 0n]);
  });

  it("saturate 8-bit floats unless told otherwise", () => {
    const x = tensorFrom("f32", [2], [1e6, -Infinity]);
    expect([...numbers(cast(x, "f8e5m2"))]).toEqual([57344, -57344]);
    expect([...numbers(cast(x, "f8e5m2", { overflow: "special" }))]).toEqual([Infinity, -Infinity]);
    expect([...numbers(cast(x, "f8e4m3fnuz", { overflow: "special" }))]).toEqual([NaN, NaN]);
  });

  it("between equal dtypes are the tensor itself", () => {
    const x = tensorFrom("string", [1], ["a"]);
    expect(cast(x, "string")).toBe(x);
  });
});
