import { emitWasm, printModule, WASM_TARGETS } from "@hodu/compiler/wasm";
import { buildKernel, type ElementArray, type Kernel, type KernelBuilder, verifyKernel } from "@hodu/core/kernel-ir";
import { describe, expect, it } from "vitest";
import { differences } from "./differences.ts";
import { type Case, mapCase } from "./operation-cases.ts";
import { sampleElements } from "./sample-values.ts";
import { callAllInWasm } from "./wasm-calls.ts";

/** What the evaluator finds other than WebAssembly does. */
async function differencesOf(cases: readonly Case[]): Promise<readonly string[]> {
  for (const { kernel } of cases) verifyKernel(kernel);
  return differences(cases, await callAllInWasm(cases, WASM_TARGETS.wasm));
}

const caseOf = (kernel: Kernel, buffers: readonly ElementArray[], sizes: readonly number[] = []): Case => ({
  title: kernel.name,
  kernel,
  buffers,
  sizes,
});

const LANES = [1, 2, 4, 8, 16, 32] as const;

describe("what WebAssembly computes over lanes", () => {
  it("reduces in the order of the evaluator, in every type", async () => {
    const cases = LANES.filter((lanes) => lanes > 1).flatMap((lanes) =>
      (["i8", "u8", "i16", "u16", "i32", "u32", "i64", "u64", "f32", "f64"] as const).flatMap((memory) =>
        (["add", "max", "min", "mul"] as const).map((reduction, i) => {
          const kernel = buildKernel(`${reduction}_${memory}x${lanes}`, [], (k) => {
            const x = k.input("x", memory, 4 * lanes);
            const y = k.output("y", memory, 4);
            k.loop("i", 4, (row) => k.store(y, row, k.reduce(reduction, k.load(x, k.mul(row, lanes), { lanes }))));
          });
          const x = sampleElements(memory, 4 * lanes, lanes * 8 + i);
          return caseOf(kernel, [x, sampleElements(memory, 4, 1)]);
        }),
      ),
    );
    expect(await differencesOf(cases)).toEqual([]);
  });

  it("adds four products of bytes, signed and unsigned", async () => {
    const cases = LANES.flatMap((lanes) =>
      (["i8", "u8"] as const)
        .filter(() => lanes <= 16)
        .map((memory) => {
          const kernel = buildKernel(`dot_${memory}x${lanes}`, [], (k) => {
            const a = k.input("a", memory, 4 * lanes);
            const b = k.input("b", "i8", 4 * lanes);
            const sums = k.buffer("sums", "i32", lanes, "readwrite");
            const [x, y] = [a, b].map((bytes) => k.load(bytes, 0, { lanes: 4 * lanes }));
            k.store(sums, 0, k.dot4(k.load(sums, 0, { lanes }), x, y));
          });
          const inputs = [sampleElements(memory, 4 * lanes, lanes), sampleElements("i8", 4 * lanes, 2 * lanes)];
          return caseOf(kernel, [...inputs, sampleElements("i32", lanes, 3)]);
        }),
    );
    expect(await differencesOf(cases)).toEqual([]);
  });

  it("reads and writes under masks what the mask says, and nothing else", async () => {
    const memories = ["bool", "i8", "u16", "f16", "bf16", "f32", "i64"] as const;
    const cases = LANES.flatMap((lanes) =>
      memories.map((memory) => {
        const kernel = buildKernel(`masked_${memory}x${lanes}`, [], (k) => {
          const n = k.size("n");
          const x = k.input("x", memory, n);
          const y = k.output("y", memory, n);
          k.loop(
            "i",
            n,
            (i) => {
              const lane = lanes === 1 ? i : k.add(k.broadcast(i, lanes), k.lanes(lanes));
              const mask = k.and(k.lt(lane, n), k.lt(k.rem(lane, 3), 2));
              k.store(y, i, k.load(x, i, { lanes, mask }), mask);
            },
            { step: lanes },
          );
        });
        return caseOf(kernel, [sampleElements(memory, 45, lanes), sampleElements(memory, 45, 9)], [45]);
      }),
    );
    expect(await differencesOf(cases)).toEqual([]);
  });

  it("rounds a * b + c twice without relaxed vectors, and shifts all lanes by one distance", async () => {
    const cases = [
      mapCase("muladd f32", ["f32", "f32", "f32"], "f32", (k, [a, b, c]) => k.muladd(a, b, c), 8, 1),
      mapCase("muladd f64", ["f64", "f64", "f64"], "f64", (k, [a, b, c]) => k.muladd(a, b, c), 4, 2),
      ...(["i8", "u16", "i32", "u64"] as const).flatMap((memory) =>
        [0, 3, 7].map((by) =>
          mapCase("shift", [memory], memory, (k, [a]) => k.xor(k.shr(a, by), k.shl(a, by)), 16, by),
        ),
      ),
    ];
    expect(await differencesOf(cases)).toEqual([]);
  });

  it("keeps masks of any width in variables and arrays", async () => {
    const kernel = buildKernel("masks", [], (k) => {
      const x = k.input("x", "f64", 16);
      const y = k.input("y", "i8", 16);
      const z = k.output("z", "bool", 16);
      const masks = k.array("masks", { scalar: "bool", lanes: 16 }, 2);
      const any = k.var("any", k.lt(k.load(x, 0, { lanes: 16 }), 1));
      k.set(masks, 0, k.gt(k.load(y, 0, { lanes: 16 }), 3));
      k.assign(any, k.or(k.get(masks, 0), any));
      k.store(z, 0, k.select(k.ne(any, k.get(masks, 0)), any, k.not(any)));
    });
    const inputs = [sampleElements("f64", 16, 1), sampleElements("i8", 16, 2)];
    expect(await differencesOf([caseOf(kernel, [...inputs, new Uint8Array(16)])])).toEqual([]);
  });
});

/** c = a x b by tiles of 2 x 8, in registers; then the sum of all of it. */
function product(kind: "parallel" | "serial"): Kernel {
  return buildKernel("product", [], (k) => {
    const [m, n, p] = ["m", "n", "p"].map((name) => k.size(name));
    const a = k.input("a", "f32", k.mul(k.mul(m, 2), p));
    const b = k.input("b", "f32", k.mul(k.mul(p, n), 8));
    const c = k.buffer("c", "f32", k.mul(k.mul(m, 2), k.mul(n, 8)), "readwrite");
    const total = k.output("total", "f32", 1);
    k.loop("i", m, (i) => k.loop("j", n, (j) => tile(k, i, j)), { kind });
    const sum = k.var("sum", k.constant("f32", 0));
    k.loop("e", k.mul(k.mul(m, 2), k.mul(n, 8)), (e) => k.assign(sum, k.add(sum, k.load(c, e))));
    k.store(total, 0, sum);

    function tile(k: KernelBuilder, i: ReturnType<KernelBuilder["size"]>, j: typeof i): void {
      const sums = k.array("sums", { scalar: "f32", lanes: 8 }, 2);
      const row = (r: typeof i): typeof i => k.add(k.mul(i, 2), r);
      k.loop("r", 2, (r) => k.set(sums, r, 0), { kind: "unroll" });
      k.loop("q", p, (q) => {
        const right = k.let("right", k.load(b, k.add(k.mul(q, k.mul(n, 8)), k.mul(j, 8)), { lanes: 8 }));
        k.loop(
          "r",
          2,
          (r) => {
            const left = k.broadcast(k.load(a, k.add(k.mul(row(r), p), q)), 8);
            k.set(sums, r, k.muladd(left, right, k.get(sums, r)));
          },
          { kind: "unroll" },
        );
      });
      k.loop("r", 2, (r) => k.store(c, k.add(k.mul(row(r), k.mul(n, 8)), k.mul(j, 8)), k.get(sums, r)), {
        kind: "unroll",
      });
    }
  });
}

describe("how kernels run in WebAssembly", () => {
  it("multiplies matrices by tiles in registers, over sizes that are known when it is called", async () => {
    const sizes = [
      [3, 2, 5],
      [1, 1, 1],
      [2, 3, 0],
      [0, 2, 4],
    ];
    const cases = sizes.map(([m, n, p]) => {
      const buffers = [2 * m * p, 8 * n * p, 16 * m * n, 1].map((length) =>
        Float32Array.from({ length }, (_, i) => (i % 7) - 3),
      );
      return caseOf(product("parallel"), buffers, [m, n, p]);
    });
    expect(await differencesOf(cases)).toEqual([]);
  });

  it("keeps arrays with indices from data in memory, and those of constant indices in locals", async () => {
    const kernel = buildKernel("table", [], (k) => {
      const x = k.input("x", "u8", 32);
      const y = k.output("y", "i64", 32);
      const counts = k.array("counts", { scalar: "i64", lanes: 2 }, 8);
      k.loop("c", 8, (c) => k.set(counts, c, 0n));
      k.loop("i", 32, (i) => {
        const place = k.let("place", k.cast("index", k.and(k.load(x, i), 7)));
        k.guard(k.and(k.ge(place, 0), k.lt(place, 8)), 4);
        k.set(counts, place, k.add(k.get(counts, place), 3n));
        k.store(y, i, k.reduce("add", k.get(counts, place)));
      });
    });
    const { kernels } = emitWasm([kernel, product("serial")], WASM_TARGETS.wasm);
    expect(kernels.map(({ stackBytes }) => stackBytes)).toEqual([128, 16]);
    expect(await differencesOf([caseOf(kernel, [sampleElements("u8", 32, 5), new BigInt64Array(32)])])).toEqual([]);
  });

  it("ends with the status of the first guard that does not hold, and leaves what was written before", async () => {
    const kernel = buildKernel("guarded", [], (k) => {
      const n = k.size("n");
      const x = k.input("x", "i32", n);
      const y = k.output("y", "i32", n);
      k.guard(k.gt(n, 2), 9);
      k.loop("i", n, (i) => {
        k.guard(k.ne(k.load(x, i), 5), 7);
        k.store(y, i, k.load(x, i));
      });
    });
    const data = [
      [1, 2],
      [1, 2, 5, 4],
      [1, 2, 3],
    ].map((values) => Int32Array.from(values));
    const cases = data.map((x) => caseOf(kernel, [x, new Int32Array(x.length)], [x.length]));
    const answers = await callAllInWasm(cases, WASM_TARGETS.wasm);
    expect(answers.map(({ status }) => status)).toEqual([9, 7, 0]);
    expect(await differencesOf(cases)).toEqual([]);
  });

  it("splits a parallel loop, and runs what follows it once", () => {
    const { kernels } = emitWasm([product("parallel"), product("serial")], WASM_TARGETS.wasm);
    expect(kernels.map(({ phases }) => phases.map(({ split }) => split?.step))).toEqual([[1, undefined], [undefined]]);
  });

  it("does not split a loop that needs a variable from before it", async () => {
    const kernel = buildKernel("carried", [], (k) => {
      const x = k.input("x", "f32", 8);
      const y = k.output("y", "f32", 8);
      const first = k.var("first", k.load(x, 0));
      k.assign(first, k.mul(first, 2));
      k.loop("i", 8, (i) => k.store(y, i, k.add(k.load(x, i), first)), { kind: "parallel" });
    });
    expect(emitWasm([kernel], WASM_TARGETS.wasm).kernels[0].phases).toEqual([{ name: "kernel_0_0" }]);
    expect(await differencesOf([caseOf(kernel, [sampleElements("f32", 8, 3), new Float32Array(8)])])).toEqual([]);
  });

  it("moves overlapping elements of one buffer as if all were read first", async () => {
    const kernel = buildKernel("moved", [], (k) => {
      const x = k.buffer("x", "i32", 20, "readwrite");
      k.store(x, 4, k.load(x, 0, { lanes: 16 }));
    });
    expect(await differencesOf([caseOf(kernel, [Int32Array.from({ length: 20 }, (_, i) => i)])])).toEqual([]);
  });

  it("adds indices from data, each from its own buffer, and variables that change", async () => {
    const kernel = buildKernel("gathered", [], (k) => {
      const [a, b] = ["a", "b"].map((name) => k.input(name, "i32", 8));
      const x = k.input("x", "f32", 64);
      const y = k.output("y", "f32", 8);
      const step = k.var("step", k.constant("index", 0));
      k.loop("i", 8, (i) => {
        const index = (from: typeof a): ReturnType<typeof k.size> => k.cast("index", k.and(k.load(from, i), 15));
        const place = k.add(index(a), index(b));
        k.guard(k.and(k.ge(place, 0), k.lt(place, 64)), 3);
        k.store(y, i, k.add(k.load(x, place), k.load(x, k.max(k.min(step, 63), 0))));
        k.assign(step, k.add(step, 1));
      });
    });
    const tables = [sampleElements("i32", 8, 1), sampleElements("i32", 8, 2)];
    const x = Float32Array.from({ length: 64 }, (_, i) => i);
    expect(await differencesOf([caseOf(kernel, [...tables, x, new Float32Array(8)])])).toEqual([]);
  });

  it("adds to indices below 0, and far from the start of a buffer", async () => {
    const far = 300_000;
    const kernel = buildKernel("far", [], (k) => {
      const x = k.input("x", "f64", far + 8);
      const y = k.output("y", "f64", 8);
      k.loop("i", 8, (i) => k.store(y, k.sub(7, i), k.add(k.load(x, k.add(i, far)), k.load(x, k.sub(far, i)))));
    });
    const x = Float64Array.from({ length: far + 8 }, (_, i) => i);
    expect(await differencesOf([caseOf(kernel, [x, new Float64Array(8)])])).toEqual([]);
  });
});

describe("what the module is made of", () => {
  const named = (name: string, origin: string): Kernel =>
    buildKernel("k", [origin], (k) => {
      const x = k.buffer(name, "f32", 4, "readwrite");
      k.store(x, 0, k.mul(k.load(x, 0), 2));
    });

  it("has one function for kernels that differ in names only, and the same bytes each time", () => {
    const kernels = [named("x", "a"), product("parallel"), named("y", "b")];
    const first = emitWasm(kernels, WASM_TARGETS.wasm);
    expect(first.kernels[2]).toBe(first.kernels[0]);
    expect(first.kernels[1]).not.toEqual(first.kernels[0]);
    expect(emitWasm(kernels, WASM_TARGETS.wasm).bytes).toEqual(first.bytes);
  });

  it("tells -0 from 0 and NaN from infinity in constants", () => {
    const values = [0, -0, NaN, Infinity, -Infinity];
    const kernels = values.map((value) =>
      buildKernel("k", [], (k) => k.store(k.output("y", "f32", 1), 0, k.constant("f32", value))),
    );
    expect(new Set(emitWasm(kernels, WASM_TARGETS.wasm).kernels).size).toBe(values.length);
  });

  it("keeps names of the model in comments of its text, whatever they are", () => {
    const hostile = '"\n;) (func $evil) (;\u0000*/';
    const { module, bytes } = emitWasm([named("x", hostile)], WASM_TARGETS.wasm);
    expect(new TextDecoder().decode(bytes)).not.toContain("evil");
    const lines = printModule(module).split("\n");
    expect(lines.filter((line) => line.includes("evil")).every((line) => line.trim().startsWith(";;"))).toBe(true);
    expect(lines.some((line) => line.includes("evil"))).toBe(true);
  });

  it("refuses what it cannot run: barriers, and the exact fma of f64", () => {
    const exact = buildKernel("exact", [], (k) => {
      const x = k.buffer("x", "f64", 1, "readwrite");
      const value = k.load(x, 0);
      k.store(x, 0, k.fma(value, value, value));
    });
    const barrier = buildKernel("barrier", [], (k) =>
      k.loop("g", 2, () => k.loop("l", 2, () => k.barrier(), { kind: "lane" }), { kind: "grid" }),
    );
    expect(() => emitWasm([exact], WASM_TARGETS.wasm)).toThrow(/exact a \* b \+ c of f64/);
    expect(() => emitWasm([barrier], WASM_TARGETS.wasm)).toThrow(/a barrier/);
  });
});
