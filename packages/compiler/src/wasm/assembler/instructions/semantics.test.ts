import { describe, expect, it } from "vitest";
import { encodeModule } from "../encode-module.ts";
import type { FunctionBuilder } from "../function-builder.ts";
import { ModuleBuilder } from "../module-builder.ts";
import type { FunctionType, ValueType } from "../types.ts";
import { INSTRUCTION_ROWS } from "./instruction-table.ts";

type Numeric = number | bigint;
type Compiled = (...values: Numeric[]) => Numeric;

/** Compiles one function whose parameters are on the stack when `body` begins. */
function compile(type: FunctionType, body: (code: FunctionBuilder) => void): Compiled {
  const module = new ModuleBuilder("one");
  module.export("memory", module.addMemory({ min: 1, max: 1, shared: true }));
  const main = module.addFunction("main", type);
  module.define(main, (code, ...params) => {
    for (const param of params) code.local.get(param);
    body(code);
  });
  module.export("main", main);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(encodeModule(module.build())));
  return exports["main"] as Compiled;
}

/** The instruction's function: its operands in, its result out. */
function compileInstruction(name: string, params: readonly ValueType[], results: readonly ValueType[]): Compiled {
  return compile({ params, results }, (code) => invoke(code, name));
}

function invoke(code: FunctionBuilder, name: string, ...immediates: readonly unknown[]): void {
  const [space = "", method = ""] = name.split(".");
  const methods = Reflect.get(code, space) as Record<string, (...values: readonly unknown[]) => void>;
  methods[method]?.(...immediates);
}

const I32 = [0, 1, -1, 2, 31, 33, 255, -128, 65_536, 2 ** 31 - 1, -(2 ** 31), 123_456_789];
const I64 = [0n, 1n, -1n, 5n, 63n, 65n, -(2n ** 63n), 2n ** 63n - 1n, 2n ** 32n, -81_985_529_216_486_896n];
const F64 = [0, -0, 1, -1, 0.5, 1.5, 2.5, -2.5, 3.7, 1e10, -1e300, Infinity, -Infinity, NaN];

const clz64 = (value: bigint): bigint => BigInt(64 - BigInt.asUintN(64, value).toString(2).replace(/^0$/, "").length);
const ctz64 = (value: bigint): bigint => (value === 0n ? 64n : clz64(0n) - clz64(value & -value) - 1n);
const ones = (value: Numeric): number => value.toString(2).replaceAll("0", "").length;
const u32 = (value: number): number => value >>> 0;
const u64 = (value: bigint): bigint => BigInt.asUintN(64, value);
const roundToEven = (x: number): number => {
  if (Math.abs(x) >= 2 ** 52) return x;
  const down = Math.floor(x);
  const even = x - down === 0.5 ? down + (down % 2 === 0 ? 0 : 1) : Math.round(x);
  return even === 0 && (x < 0 || Object.is(x, -0)) ? -0 : even;
};
const truth = (value: boolean): number => (value ? 1 : 0);

/** What instructions give, by JavaScript; undefined where they trap. */
const I32_OPERATIONS: Readonly<Record<string, (a: number, b: number) => number | undefined>> = {
  add: (a, b) => (a + b) | 0,
  sub: (a, b) => (a - b) | 0,
  mul: (a, b) => Math.imul(a, b),
  div_s: (a, b) => (b === 0 || (a === -(2 ** 31) && b === -1) ? undefined : Math.trunc(a / b) | 0),
  div_u: (a, b) => (b === 0 ? undefined : Math.trunc(u32(a) / u32(b)) | 0),
  rem_s: (a, b) => (b === 0 ? undefined : (a % b) | 0),
  rem_u: (a, b) => (b === 0 ? undefined : (u32(a) % u32(b)) | 0),
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
  shl: (a, b) => a << b,
  shr_s: (a, b) => a >> b,
  shr_u: (a, b) => (a >>> b) | 0,
  rotl: (a, b) => (a << b) | (a >>> -b),
  rotr: (a, b) => (a >>> b) | (a << -b),
  eq: (a, b) => truth(a === b),
  ne: (a, b) => truth(a !== b),
  lt_s: (a, b) => truth(a < b),
  lt_u: (a, b) => truth(u32(a) < u32(b)),
  gt_s: (a, b) => truth(a > b),
  gt_u: (a, b) => truth(u32(a) > u32(b)),
  le_s: (a, b) => truth(a <= b),
  le_u: (a, b) => truth(u32(a) <= u32(b)),
  ge_s: (a, b) => truth(a >= b),
  ge_u: (a, b) => truth(u32(a) >= u32(b)),
};

const I64_OPERATIONS: Readonly<Record<string, (a: bigint, b: bigint) => Numeric | undefined>> = {
  add: (a, b) => BigInt.asIntN(64, a + b),
  sub: (a, b) => BigInt.asIntN(64, a - b),
  mul: (a, b) => BigInt.asIntN(64, a * b),
  div_s: (a, b) => (b === 0n || (a === -(2n ** 63n) && b === -1n) ? undefined : a / b),
  div_u: (a, b) => (b === 0n ? undefined : BigInt.asIntN(64, u64(a) / u64(b))),
  rem_s: (a, b) => (b === 0n ? undefined : a % b),
  rem_u: (a, b) => (b === 0n ? undefined : BigInt.asIntN(64, u64(a) % u64(b))),
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
  shl: (a, b) => BigInt.asIntN(64, a << (b & 63n)),
  shr_s: (a, b) => a >> (b & 63n),
  shr_u: (a, b) => BigInt.asIntN(64, u64(a) >> (b & 63n)),
  rotl: (a, b) => BigInt.asIntN(64, (u64(a) << (b & 63n)) | (u64(a) >> (64n - (b & 63n)))),
  rotr: (a, b) => BigInt.asIntN(64, (u64(a) >> (b & 63n)) | (u64(a) << (64n - (b & 63n)))),
  eq: (a, b) => truth(a === b),
  ne: (a, b) => truth(a !== b),
  lt_s: (a, b) => truth(a < b),
  lt_u: (a, b) => truth(u64(a) < u64(b)),
  gt_s: (a, b) => truth(a > b),
  gt_u: (a, b) => truth(u64(a) > u64(b)),
  le_s: (a, b) => truth(a <= b),
  le_u: (a, b) => truth(u64(a) <= u64(b)),
  ge_s: (a, b) => truth(a >= b),
  ge_u: (a, b) => truth(u64(a) >= u64(b)),
};

const F64_OPERATIONS: Readonly<Record<string, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  min: (a, b) => Math.min(a, b),
  max: (a, b) => Math.max(a, b),
  copysign: (a, b) => (b < 0 || Object.is(b, -0) ? -Math.abs(a) : Math.abs(a)),
  eq: (a, b) => truth(a === b),
  ne: (a, b) => truth(a !== b),
  lt: (a, b) => truth(a < b),
  gt: (a, b) => truth(a > b),
  le: (a, b) => truth(a <= b),
  ge: (a, b) => truth(a >= b),
};

const UNARY: readonly (readonly [
  name: string,
  from: ValueType,
  to: ValueType,
  values: readonly Numeric[],
  run: (value: never) => Numeric,
])[] = [
  ["i32.eqz", "i32", "i32", I32, (a: number) => truth(a === 0)],
  ["i32.clz", "i32", "i32", I32, (a: number) => Math.clz32(a)],
  ["i32.ctz", "i32", "i32", I32, (a: number) => (a === 0 ? 32 : 31 - Math.clz32(a & -a))],
  ["i32.popcnt", "i32", "i32", I32, (a: number) => ones(u32(a))],
  ["i32.extend8_s", "i32", "i32", I32, (a: number) => (a << 24) >> 24],
  ["i32.extend16_s", "i32", "i32", I32, (a: number) => (a << 16) >> 16],
  ["i64.eqz", "i64", "i32", I64, (a: bigint) => truth(a === 0n)],
  ["i64.clz", "i64", "i64", I64, clz64],
  ["i64.ctz", "i64", "i64", I64, ctz64],
  ["i64.popcnt", "i64", "i64", I64, (a: bigint) => BigInt(ones(u64(a)))],
  ["i64.extend8_s", "i64", "i64", I64, (a: bigint) => BigInt.asIntN(8, a)],
  ["i64.extend16_s", "i64", "i64", I64, (a: bigint) => BigInt.asIntN(16, a)],
  ["i64.extend32_s", "i64", "i64", I64, (a: bigint) => BigInt.asIntN(32, a)],
  ["i32.wrap_i64", "i64", "i32", I64, (a: bigint) => Number(BigInt.asIntN(32, a))],
  ["i64.extend_i32_s", "i32", "i64", I32, (a: number) => BigInt(a)],
  ["i64.extend_i32_u", "i32", "i64", I32, (a: number) => BigInt(u32(a))],
  ["f64.abs", "f64", "f64", F64, Math.abs],
  ["f64.neg", "f64", "f64", F64, (a: number) => -a],
  ["f64.ceil", "f64", "f64", F64, Math.ceil],
  ["f64.floor", "f64", "f64", F64, Math.floor],
  ["f64.trunc", "f64", "f64", F64, Math.trunc],
  ["f64.nearest", "f64", "f64", F64, roundToEven],
  ["f64.sqrt", "f64", "f64", F64, Math.sqrt],
  ["f32.demote_f64", "f64", "f32", F64, Math.fround],
  ["f64.convert_i32_s", "i32", "f64", I32, (a: number) => a],
  ["f64.convert_i32_u", "i32", "f64", I32, u32],
  ["f64.convert_i64_s", "i64", "f64", I64, (a: bigint) => Number(a)],
  ["f64.convert_i64_u", "i64", "f64", I64, (a: bigint) => Number(u64(a))],
  ["f32.convert_i32_s", "i32", "f32", I32, Math.fround],
  ["f32.convert_i32_u", "i32", "f32", I32, (a: number) => Math.fround(u32(a))],
  ["i32.trunc_sat_f64_s", "f64", "i32", F64, (a: number) => saturate(a, -(2 ** 31), 2 ** 31 - 1)],
  ["i32.trunc_sat_f64_u", "f64", "i32", F64, (a: number) => saturate(a, 0, 2 ** 32 - 1) | 0],
  ["i64.reinterpret_f64", "f64", "i64", F64, (a: number) => new BigInt64Array(new Float64Array([a]).buffer)[0]!],
  ["i32.reinterpret_f32", "f32", "i32", F64, (a: number) => new Int32Array(new Float32Array([a]).buffer)[0]!],
  ["f32.reinterpret_i32", "i32", "f32", I32, (a: number) => new Float32Array(new Int32Array([a]).buffer)[0]!],
];

function saturate(value: number, low: number, high: number): number {
  return Number.isNaN(value) ? 0 : Math.trunc(Math.min(Math.max(value, low), high)) + 0;
}

/** Instructions that give 0 or 1, or lanes of 0 or all ones. */
const COMPARISON = /^(.*\.)?(eq|ne|lt|gt|le|ge)(_[su])?$/;

function runOrTrap(run: () => Numeric): Numeric | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) return undefined;
    throw error;
  }
}

function expectPairs<T extends Numeric>(
  type: ValueType,
  values: readonly T[],
  operations: Readonly<Record<string, (a: T, b: T) => Numeric | undefined>>,
): void {
  for (const [name, expected] of Object.entries(operations)) {
    const isComparison = COMPARISON.test(name);
    const run = compileInstruction(`${type}.${name}`, [type, type], [isComparison ? "i32" : type]);
    for (const a of values)
      for (const b of values)
        expect(
          runOrTrap(() => run(a, b)),
          `${type}.${name} of ${a}, ${b}`,
        ).toEqual(expected(a, b));
  }
}

describe("scalar instructions", () => {
  it("compute on i32 what JavaScript does", () => {
    expectPairs("i32", I32, I32_OPERATIONS);
  });

  it("compute on i64 what JavaScript does", () => {
    expectPairs("i64", I64, I64_OPERATIONS);
  });

  it("compute on f64 what JavaScript does", () => {
    expectPairs("f64", F64, F64_OPERATIONS);
  });

  it("compute on f32 what JavaScript does with every result rounded", () => {
    const narrow = F64.map(Math.fround);
    const rounded = Object.entries(F64_OPERATIONS).map(([name, run]) => [
      name,
      (a: number, b: number) => Math.fround(run(a, b)),
    ]);
    expectPairs("f32", narrow, Object.fromEntries(rounded) as typeof F64_OPERATIONS);
  });

  it.each(UNARY)("%s of %s gives what JavaScript does", (name, from, to, values, expected) => {
    const run = compileInstruction(name, [from], [to]);
    for (const value of values) {
      const given = from === "f32" ? Math.fround(value as number) : value;
      expect(run(given), `${name} of ${String(value)}`).toEqual(expected(given as never));
    }
  });
});

/** Vector instructions that do to each lane what the scalar instruction of that name does. */
const LANE_TYPES: Readonly<Record<string, { readonly scalar: ValueType; readonly values: readonly Numeric[] }>> = {
  i32x4: { scalar: "i32", values: I32 },
  i64x2: { scalar: "i64", values: I64 },
  f32x4: { scalar: "f32", values: F64.map(Math.fround) },
  f64x2: { scalar: "f64", values: F64 },
};

const LANE_WISE = Object.entries(INSTRUCTION_ROWS).flatMap(([name, row]) => {
  const [shape = "", method = ""] = name.split(".");
  const scalar = LANE_TYPES[shape]?.scalar;
  const twin = `${scalar}.${method}`;
  return scalar !== undefined && twin in INSTRUCTION_ROWS ? [[name, twin, shape, scalar, row[1]] as const] : [];
});

describe("vector instructions", () => {
  it("are compared with their scalar twins, 66 of them", () => {
    expect(LANE_WISE.map(([name]) => name)).toHaveLength(66);
  });

  it.each(LANE_WISE)("%s does to each lane what %s does", (name, twin, shape, scalar, stack) => {
    const isComparison = COMPARISON.test(name);
    const operands = stack
      .split(" -> ")[0]!
      .split(" ")
      .map((type) => (type === "v128" ? scalar : (type as ValueType)));
    const vector = compileLane(name, shape, scalar, operands);
    // Shifts of lanes take an i32, those of an i64 another i64.
    const isShift64 = scalar === "i64" && operands[1] === "i32";
    const plain = compileInstruction(twin, isShift64 ? ["i64", "i64"] : operands, [isComparison ? "i32" : scalar]);
    const allOnes = scalar.startsWith("i") ? -1 : undefined;
    for (const a of LANE_TYPES[shape]!.values)
      for (const b of operands[1] === "i32" ? I32 : LANE_TYPES[shape]!.values) {
        const expected = plain(a, isShift64 ? BigInt(b) : b);
        const found = vector(a, b);
        if (!isComparison) expect(found, `${name} of ${String(a)}, ${String(b)}`).toEqual(expected);
        else if (allOnes === undefined) expect(Object.is(found, expected === 0 ? 0 : NaN)).toBe(true);
        else expect(Number(found)).toBe(expected === 0 ? 0 : allOnes);
      }
  });

  it("shuffle, swizzle and dot products take the lanes that they name", () => {
    const shuffled = compile({ params: [], results: ["i32"] }, (code) => {
      code.v128.const("i8x16", [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
      code.v128.const("i32x4", [0x64, 0, 0, 0]);
      code.i8x16.shuffle([15, 16, 3, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
      code.i32x4.extract_lane(0);
    });
    expect(shuffled()).toBe(0x0103640f);
    const swizzled = compile({ params: [], results: ["i32"] }, (code) => {
      code.v128.const("i8x16", [9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0, 0, 0, 0, 0, 0]);
      code.v128.const("i8x16", [3, 2, 1, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
      code.i8x16.swizzle();
      code.i32x4.extract_lane(0);
    });
    expect(swizzled()).toBe(0x00080706);
    const dot = compile({ params: [], results: ["i32"] }, (code) => {
      code.v128.const("i16x8", [0, 0, 3, -4, 0, 0, 0, 0]);
      code.v128.const("i16x8", [0, 0, 10, 100, 0, 0, 0, 0]);
      code.i32x4.dot_i16x8_s();
      code.i32x4.extract_lane(1);
    });
    expect(dot()).toBe(-370);
  });

  it("saturate and average where they say so", () => {
    const lane = (method: (code: FunctionBuilder) => void): Numeric =>
      compile({ params: [], results: ["i32"] }, (code) => {
        code.v128.const("i8x16", Array<number>(16).fill(200));
        code.v128.const("i8x16", Array<number>(16).fill(101));
        method(code);
        code.i8x16.extract_lane_u(5);
      })();
    expect(lane((code) => code.i8x16.add_sat_u())).toBe(255);
    expect(lane((code) => code.i8x16.add())).toBe(45);
    expect(lane((code) => code.i8x16.sub_sat_s())).toBe(0x80);
    expect(lane((code) => code.i8x16.avgr_u())).toBe(151);
    expect(lane((code) => code.i8x16.min_s())).toBe(200);
    expect(lane((code) => code.i8x16.min_u())).toBe(101);
  });
});

/** The function of one lane: the operands in every lane of the vectors, the last lane out. */
function compileLane(name: string, shape: string, scalar: ValueType, operands: readonly ValueType[]): Compiled {
  const module = new ModuleBuilder("lane");
  const main = module.addFunction("main", { params: operands, results: [scalar] });
  module.define(main, (code, ...params) => {
    for (const [at, param] of params.entries()) {
      code.local.get(param);
      if (at === 0 || (param.type === scalar && !/\.sh[lr]/.test(name))) invoke(code, `${shape}.splat`);
    }
    invoke(code, name);
    invoke(code, `${shape}.extract_lane`, shape.endsWith("x4") ? 3 : 1);
  });
  module.export("main", main);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(encodeModule(module.build())));
  return exports["main"] as Compiled;
}

describe("memory", () => {
  it("is loaded and stored by the widths and signs that the names say", () => {
    const run = compile({ params: ["i32", "i64"], results: ["i64"] }, (code) => {
      code.i64.store(8);
      code.i32.const(0);
      code.i64.load16_s(8);
      code.i32.const(0);
      code.i64.load8_u(15, 1);
      code.i64.add();
    });
    expect(run(0, 0x7f00_0000_0000_8000n)).toBe(-0x8000n + 0x7fn);
  });

  it("is changed by atomic instructions, which give what was there", () => {
    const run = compile({ params: ["i32"], results: ["i32"] }, (code) => {
      code.drop();
      code.i32.const(16);
      code.i32.const(40);
      code.i32.atomic_store();
      code.i32.const(16);
      code.i32.const(2);
      code.i32.atomic_rmw_add();
      code.i32.const(16);
      code.i32.const(42);
      code.i32.const(7);
      code.i32.atomic_rmw_cmpxchg();
      code.i32.add();
      code.atomic.fence();
      code.i32.const(16);
      code.i32.atomic_load();
      code.i32.add();
    });
    expect(run(0)).toBe(40 + 42 + 7);
  });

  it("is waited for: 1 when the value differs, 2 when the time is over; nobody is there to be woken", () => {
    const wait = compile({ params: ["i32", "i32", "i64"], results: ["i32"] }, (code) => code.memory.atomic_wait32());
    expect([wait(0, 1, 0n), wait(0, 0, 0n)]).toEqual([1, 2]);
    const notify = compile({ params: ["i32", "i32"], results: ["i32"] }, (code) => code.memory.atomic_notify());
    expect(notify(0, 1)).toBe(0);
  });
});
