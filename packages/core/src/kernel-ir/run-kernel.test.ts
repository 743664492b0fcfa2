import { describe, expect, it } from "vitest";
import type { ElementArray } from "./elements.ts";
import { buildKernel, type KernelBuilder } from "./kernel-builder.ts";
import { runKernel } from "./run-kernel.ts";
import { scalarType } from "./scalars.ts";
import type { Expression, Memory } from "./types.ts";

/** Runs a kernel that writes one expression over `x[0..n)` to `y[0..n)`. */
function runMap(from: ElementArray, memory: Memory, to: ElementArray, toMemory: Memory, map: Map1): ElementArray {
  const kernel = buildKernel("map", [], (k) => {
    const x = k.input("x", memory, from.length);
    const y = k.output("y", toMemory, to.length);
    k.loop("i", to.length, (i) => k.store(y, i, map(k, k.load(x, i))));
  });
  expect(runKernel(kernel, [from, to])).toBe(0);
  return to;
}
type Map1 = (k: KernelBuilder, x: Expression) => Expression;

describe("runKernel", () => {
  it("runs whole vectors and the turns that remain", () => {
    const relu = buildKernel("relu", ["Relu_0"], (k) => {
      const n = k.size("n");
      const x = k.input("x", "f32", n);
      const y = k.output("y", "f32", n);
      k.loop("i", n, (i, lanes) => k.store(y, i, k.max(k.load(x, i, { lanes }), 0)), { lanes: 4 });
    });
    const x = Float32Array.from({ length: 11 }, (_, i) => (i % 2 === 0 ? i : -i));
    const y = new Float32Array(11);
    expect(runKernel(relu, [x, y], [11])).toBe(0);
    expect([...y]).toEqual([0, 0, 2, 0, 4, 0, 6, 0, 8, 0, 10]);
  });

  it("rounds f32 after each operation", () => {
    const x = Float32Array.of(16777216);
    const y = runMap(x, "f32", new Float32Array(1), "f32", (k, v) => k.sub(k.add(v, 1), v));
    expect(y[0]).toBe(0);
  });

  it("reads f16 and bf16 as f32 and rounds to even when it writes them", () => {
    const halves = Uint16Array.of(0x3c00, 0x0001, 0x7bff);
    expect([...runMap(halves, "f16", new Float32Array(3), "f32", (_, v) => v)]).toEqual([1, 2 ** -24, 65504]);
    const values = Float32Array.of(1 + 2 ** -8, 1 + 3 * 2 ** -8, NaN);
    expect([...runMap(values, "f32", new Uint16Array(3), "bf16", (_, v) => v)]).toEqual([0x3f80, 0x3f82, 0x7fc0]);
  });

  it("wraps integers of every width", () => {
    const add: Map1 = (k, v) => k.add(v, 1);
    expect(runMap(Int8Array.of(127), "i8", new Int8Array(1), "i8", add)[0]).toBe(-128);
    expect(runMap(Uint16Array.of(65535), "u16", new Uint16Array(1), "u16", add)[0]).toBe(0);
    expect(runMap(BigInt64Array.of(2n ** 63n - 1n), "i64", new BigInt64Array(1), "i64", add)[0]).toBe(-(2n ** 63n));
    const square: Map1 = (k, v) => k.mul(v, v);
    expect(runMap(Uint32Array.of(0xffffffff), "u32", new Uint32Array(1), "u32", square)[0]).toBe(1);
  });

  it("saturates floats that become integers; NaN becomes 0", () => {
    const x = Float32Array.of(-1e9, 1e9, NaN, -1.9, Infinity);
    const y = runMap(x, "f32", new Int8Array(5), "i8", (k, v) => k.cast("i8", v));
    expect([...y]).toEqual([-128, 127, 0, -1, 127]);
    const wide = runMap(x, "f32", new BigUint64Array(5), "u64", (k, v) => k.cast("u64", v));
    expect([...wide]).toEqual([0n, 1000000000n, 0n, 0n, 2n ** 64n - 1n]);
  });

  it("takes the distance of a shift modulo the width", () => {
    const x = Int8Array.of(-128, 1);
    expect([...runMap(x, "i8", new Int8Array(2), "i8", (k, v) => k.shr(v, 9))]).toEqual([-64, 0]);
    expect([...runMap(x, "i8", new Int8Array(2), "i8", (k, v) => k.shl(v, v))]).toEqual([-128, 2]);
  });

  it("orders zeros and keeps NaN in min and max", () => {
    const x = Float32Array.of(-0, NaN);
    const y = runMap(x, "f32", new Float32Array(2), "f32", (k, v) => k.max(v, 0));
    expect(Object.is(y[0], 0)).toBe(true);
    expect(y[1]).toBe(NaN);
    const least = runMap(x, "f32", new Float32Array(2), "f32", (k, v) => k.min(k.constant("f32", 0), v));
    expect(Object.is(least[0], -0)).toBe(true);
  });

  it("adds the lanes of a vector half to half", () => {
    const x = Float32Array.of(1e8, 1, -1e8, 1);
    const sum = buildKernel("sum", [], (k) => {
      const a = k.input("a", "f32", 4);
      const b = k.output("b", "f32", 1);
      k.store(b, 0, k.reduce("add", k.load(a, 0, { lanes: 4 })));
    });
    const y = new Float32Array(1);
    runKernel(sum, [x, y]);
    expect(y[0]).toBe(2);
  });

  it("computes dot4 of bytes", () => {
    const dot = buildKernel("dot", [], (k) => {
      const a = k.input("a", "u8", 8);
      const b = k.input("b", "i8", 8);
      const c = k.output("c", "i32", 2);
      k.store(
        c,
        0,
        k.dot4(k.broadcast(k.constant("i32", 10), 2), k.load(a, 0, { lanes: 8 }), k.load(b, 0, { lanes: 8 })),
      );
    });
    const y = new Int32Array(2);
    runKernel(dot, [Uint8Array.of(255, 1, 2, 3, 1, 1, 1, 1), Int8Array.of(-128, 1, 1, 1, 1, 2, 3, 4), y]);
    expect([...y]).toEqual([10 - 255 * 128 + 6, 20]);
  });

  it("takes the bits of lanes as fewer, wider ones and back, the first lane lowest", () => {
    const kernel = buildKernel("bits", [], (k) => {
      const a = k.input("a", "u8", 4);
      const b = k.output("b", "i16", 4);
      k.store(b, 0, k.bits("i16", k.broadcast(k.bits("i32", k.load(a, 0, { lanes: 4 })), 2)));
    });
    const y = new Int16Array(4);
    runKernel(kernel, [Uint8Array.of(1, 2, 255, 255), y]);
    expect([...y]).toEqual([0x201, -1, 0x201, -1]);
  });

  it("touches only what a mask lets through", () => {
    const kernel = buildKernel("masked", [], (k) => {
      const n = k.size("n");
      const x = k.input("x", "f32", n);
      const y = k.buffer("y", "f32", n, "readwrite");
      const mask = k.let("mask", k.lt(k.lanes(8), n));
      k.store(y, 0, k.add(k.load(x, 0, { lanes: 8, mask }), 1), mask);
    });
    const y = new Float32Array(3);
    expect(runKernel(kernel, [Float32Array.of(1, 2, 3), y], [3])).toBe(0);
    expect([...y]).toEqual([2, 3, 4]);
  });

  it("gives the status of a guard, and writes nothing after it", () => {
    const gather = buildKernel("gather", [], (k) => {
      const x = k.input("x", "f32", 4);
      const at = k.input("at", "i64", 2);
      const y = k.output("y", "f32", 2);
      k.loop("i", 2, (i) => {
        const index = k.let("index", k.load(at, i));
        k.guard(k.and(k.ge(index, 0), k.lt(index, 4)), 7);
        k.store(y, i, k.load(x, k.cast("index", index)));
      });
    });
    const y = new Float32Array(2);
    expect(runKernel(gather, [Float32Array.of(1, 2, 3, 4), BigInt64Array.of(2n, 4n), y])).toBe(7);
    expect([...y]).toEqual([3, 0]);
  });

  it("runs the lanes of a grid turn from barrier to barrier", () => {
    const reverse = buildKernel("reverse", [], (k) => {
      const x = k.buffer("x", "f32", 8, "readwrite");
      k.loop(
        "block",
        2,
        (block) => {
          const shared = k.array("shared", scalarType("f32"), 4, "shared");
          const base = k.mul(block, 4);
          k.loop(
            "lane",
            4,
            (lane) => {
              k.set(shared, lane, k.load(x, k.add(base, lane)));
              k.barrier();
              k.store(x, k.add(base, lane), k.get(shared, k.sub(3, lane)));
            },
            { kind: "lane" },
          );
        },
        { kind: "grid" },
      );
    });
    const x = Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7);
    expect(runKernel(reverse, [x])).toBe(0);
    expect([...x]).toEqual([3, 2, 1, 0, 7, 6, 5, 4]);
  });

  it.each([
    [
      "an index past the end",
      (k: KernelBuilder, x: Expression) => k.load({ name: "x", memory: "i32", access: "read", length: x }, 9),
      /index 9 of "x", expected 0\.\.0/,
    ],
    ["a division by 0", (k: KernelBuilder, x: Expression) => k.div(1, x), /div\(i32\(1\), .*which is not defined/],
  ])("refuses %s", (_, map, message) => {
    expect(() => runMap(new Int32Array(1), "i32", new Int32Array(1), "i32", map)).toThrow(message);
  });

  it("refuses an element of an array that was not written", () => {
    const kernel = buildKernel("unwritten", [], (k) => {
      const y = k.output("y", "f32", 1);
      const array = k.array("array", scalarType("f32"), 2);
      k.set(array, 0, 1);
      k.store(y, 0, k.get(array, 1));
    });
    expect(() => runKernel(kernel, [new Float32Array(1)])).toThrow(/element 1 of "array", which was not written/);
  });

  it("refuses buffers that are too short or of another type", () => {
    const kernel = buildKernel("copy", [], (k) => void k.input("x", "f32", k.size("n")));
    expect(() => runKernel(kernel, [new Float32Array(3)], [4])).toThrow(/Float32Array of 3 for "x", expected 4 f32/);
    expect(() => runKernel(kernel, [new Int32Array(4)], [4])).toThrow(/Int32Array of 4 for "x", expected 4 f32/);
    expect(() => runKernel(kernel, [new Float32Array(3)], [])).toThrow(/the sizes \[\], expected 1/);
  });
});
