import { describe, expect, it } from "vitest";
import { encodeModule } from "./encode-module.ts";
import { ModuleBuilder } from "./module-builder.ts";
import type { FunctionBuilder } from "./function-builder.ts";
import type { Local } from "./local-pool.ts";

const ROWS = 4;
const F32 = 4;

/** c = a x b for row-major f32 matrices of [m, k], [k, n], m and n multiples of 4: 4 x 4 elements of c at a time. */
function gemmModule(): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder("gemm");
  const memory = module.importMemory("env", "memory", { min: 1, max: 16, shared: true });
  const type = { params: ["i32", "i32", "i32", "i32", "i32", "i32"], results: [] } as const;
  const gemm = module.addFunction("gemm", type, ["a", "b", "c", "m", "n", "k"]);
  module.define(gemm, (code, a, b, c, m, n, k) => {
    const i = code.newLocal("i32", "i");
    const j = code.newLocal("i32", "j");
    forEach(code, i, m, ROWS, () => {
      forEach(code, j, n, 4, () => code.scope(() => tile(code, { a, b, c, n, k, i, j })));
    });
  });
  module.export("gemm", gemm);
  module.export("memory", memory);
  return encodeModule(module.build());
}

function forEach(code: FunctionBuilder, counter: Local, end: Local, step: number, body: () => void): void {
  code.i32.const(0);
  code.local.set(counter);
  code.loop([], (again) => {
    body();
    code.local.get(counter);
    code.i32.const(step);
    code.i32.add();
    code.local.tee(counter);
    code.local.get(end);
    code.i32.lt_s();
    code.br_if(again);
  });
}

function tile(code: FunctionBuilder, at: Readonly<Record<"a" | "b" | "c" | "n" | "k" | "i" | "j", Local>>): void {
  const row = code.newLocal("v128", "row");
  const p = code.newLocal("i32", "p");
  const sums = Array.from({ length: ROWS }, (_, r) => code.newLocal("v128", `sum${r}`));
  for (const sum of sums) {
    code.v128.const("f32x4", [0, 0, 0, 0]);
    code.local.set(sum);
  }
  forEach(code, p, at.k, 1, () => {
    address(code, at.b, p, at.n, at.j);
    code.v128.load(0, F32);
    code.local.set(row);
    for (const [r, sum] of sums.entries()) {
      rowAddress(code, at.a, at.i, r, at.k, p);
      code.v128.load32_splat();
      code.local.get(row);
      code.f32x4.mul();
      code.local.get(sum);
      code.f32x4.add();
      code.local.set(sum);
    }
  });
  for (const [r, sum] of sums.entries()) {
    rowAddress(code, at.c, at.i, r, at.n, at.j);
    code.local.get(sum);
    code.v128.store();
  }
}

/** base + 4 * (row * width + column) */
function address(code: FunctionBuilder, base: Local, row: Local, width: Local, column: Local): void {
  rowAddress(code, base, row, 0, width, column);
}

function rowAddress(code: FunctionBuilder, base: Local, row: Local, more: number, width: Local, column: Local): void {
  code.local.get(row);
  code.i32.const(more);
  code.i32.add();
  code.local.get(width);
  code.i32.mul();
  code.local.get(column);
  code.i32.add();
  code.i32.const(F32);
  code.i32.mul();
  code.local.get(base);
  code.i32.add();
}

describe("a product of matrices written with the assembler", () => {
  it("is the product, element by element", async () => {
    const [m, n, k] = [8, 12, 7];
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 16, shared: true });
    const { instance } = await WebAssembly.instantiate(gemmModule(), { env: { memory } });
    const numbers = new Float32Array(memory.buffer);
    // Small integers: sums are exact in any order.
    for (let at = 0; at < m * k + k * n; at++) numbers[at] = ((at * 7) % 11) - 5;
    const b = m * k;
    const c = b + k * n;
    (instance.exports["gemm"] as (...values: number[]) => void)(0, b * F32, c * F32, m, n, k);
    const expected = Array.from({ length: m * n }, (_, at) => {
      const [i, j] = [Math.floor(at / n), at % n];
      let sum = 0;
      for (let p = 0; p < k; p++) sum += numbers[i * k + p]! * numbers[b + p * n + j]!;
      return sum;
    });
    expect(Array.from(numbers.subarray(c, c + m * n))).toEqual(expected);
  });
});
