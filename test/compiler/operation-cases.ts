import {
  buildKernel,
  ELEMENT_ARRAYS,
  type ElementArray,
  type Expression,
  type KernelBuilder,
  type Memory,
  registerOf,
  type Scalar,
} from "@hodu/core/kernel-ir";
import type { Call } from "./c-program.ts";
import { sampleElements } from "./sample-values.ts";

/** A call, and what it is of. */
export interface Case extends Call {
  readonly title: string;
}

type Apply = (k: KernelBuilder, operands: readonly Expression[], lanes: number) => Expression;

/** Not a multiple of any number of lanes: the loops end with single elements. */
const LENGTH = 141;

const SIGNED: readonly Scalar[] = ["i8", "i16", "i32", "i64"];
const UNSIGNED: readonly Scalar[] = ["u8", "u16", "u32", "u64"];
const INTEGERS = [...SIGNED, ...UNSIGNED] as const;
const FLOATS: readonly Scalar[] = ["f32", "f64"];
const NUMBERS = [...INTEGERS, ...FLOATS];
const LOGICAL: readonly Scalar[] = ["bool", ...INTEGERS];

const WIDTHS = {
  bool: 1,
  i8: 1,
  u8: 1,
  i16: 2,
  u16: 2,
  i32: 4,
  u32: 4,
  i64: 8,
  u64: 8,
  f32: 4,
  f64: 8,
  index: 8,
} as const;

/** Elementwise kernels of every operation on every type, for vectors of `vectorBytes`. */
export function operationCases(vectorBytes: number): readonly Case[] {
  const lanesOf = (scalar: Scalar): number => vectorBytes / WIDTHS[scalar];
  const cases: Case[] = [];
  const add = (title: string, inputs: readonly Memory[], output: Memory, apply: Apply, lanes?: number): void => {
    const widest = Math.min(...[...inputs, output].map((memory) => lanesOf(registerOf(memory))));
    cases.push(mapCase(title, inputs, output, apply, lanes ?? widest, cases.length));
  };
  unaryCases(add);
  binaryCases(add);
  castCases(add);
  return cases;
}

type Add = (title: string, inputs: readonly Memory[], output: Memory, apply: Apply, lanes?: number) => void;

function unaryCases(add: Add): void {
  const lists = {
    abs: NUMBERS,
    neg: NUMBERS,
    ceil: FLOATS,
    floor: FLOATS,
    round: FLOATS,
    trunc: FLOATS,
    sqrt: FLOATS,
    not: LOGICAL,
    clz: INTEGERS,
    popcount: INTEGERS,
  } as const;
  for (const [name, scalars] of Object.entries(lists))
    for (const scalar of scalars)
      add(`${name} ${scalar}`, [scalar as Memory], scalar as Memory, (k, [a]) => k[name as keyof typeof lists](a));
}

function binaryCases(add: Add): void {
  const lists = {
    add: NUMBERS,
    sub: NUMBERS,
    mul: NUMBERS,
    div: NUMBERS,
    rem: INTEGERS,
    max: NUMBERS,
    min: NUMBERS,
    and: LOGICAL,
    or: LOGICAL,
    xor: LOGICAL,
    shl: INTEGERS,
    shr: INTEGERS,
  } as const;
  for (const [name, scalars] of Object.entries(lists))
    for (const scalar of scalars as readonly Memory[]) {
      const apply: Apply = (k, [a, b]) =>
        k[name as keyof typeof lists](a, dividing(name) ? safeDivisor(k, scalar, b) : b);
      add(`${name} ${scalar}`, [scalar, scalar], scalar, apply);
    }
  for (const name of ["eq", "ge", "gt", "le", "lt", "ne"] as const)
    for (const scalar of NUMBERS as readonly Memory[]) {
      add(`${name} ${scalar}`, [scalar, scalar], "bool", (k, [a, b]) => k[name](a, b));
      add(`select by ${name} ${scalar}`, [scalar, scalar], scalar, (k, [a, b]) =>
        k.select(k[name](a, b), k.sub(a, b), b),
      );
    }
  for (const scalar of FLOATS as readonly Memory[]) {
    add(`exact fma ${scalar}`, [scalar, scalar, scalar], scalar, (k, [a, b, c]) => k.fma(a, b, c));
    for (const value of [0, -0, 6, Infinity, NaN])
      for (const name of ["max", "min"] as const)
        add(`${name} ${scalar} with ${Object.is(value, -0) ? "-0" : value}`, [scalar], scalar, (k, [a]) =>
          k[name](a, value),
        );
  }
}

const dividing = (name: string): boolean => name === "div" || name === "rem";

/** Integers that are neither 0 nor -1: what division is defined for. */
function safeDivisor(k: KernelBuilder, scalar: Memory, b: Expression): Expression {
  if (scalar === "f32" || scalar === "f64") return b;
  return k.or(k.and(b, scalar === "i64" || scalar === "u64" ? ~4n & 0x7fn : 0x7b), scalar.endsWith("64") ? 2n : 2);
}

function castCases(add: Add): void {
  const all = [...NUMBERS, "bool"] as readonly Memory[];
  for (const from of [...all, "f16", "bf16"] as const)
    for (const to of [...all, "f16", "bf16"] as const)
      add(`cast ${from} to ${to}`, [from], to, (k, [a]) => k.cast(registerOf(to), a));
  for (const from of all)
    add(`cast ${from} to index`, [from], "i64", (k, [a]) => k.cast("i64", k.cast("index", narrowed(k, from, a))));
  const pairs = [
    ["i32", "f32"],
    ["f32", "u32"],
    ["i64", "f64"],
    ["u8", "i8"],
  ] as const;
  for (const [from, to] of pairs) add(`bits ${from} as ${to}`, [from], to, (k, [a]) => k.bits(to, notNan(k, from, a)));
}

/** u64 that an index of 64 bits holds. */
const narrowed = (k: KernelBuilder, from: Memory, a: Expression): Expression =>
  from === "u64" || from === "i64" ? k.shr(a, 12n) : a;

/** 1 for NaN: which NaN an engine keeps is its own affair. */
const notNan = (k: KernelBuilder, from: Memory, a: Expression): Expression =>
  from === "f32" ? k.select(k.eq(a, a), a, 1) : a;

/** y[i] = apply(x0[i], x1[i], ...), in vectors and, for what is left, one by one. */
export function mapCase(
  title: string,
  inputs: readonly Memory[],
  output: Memory,
  apply: Apply,
  lanes: number,
  seed: number,
): Case {
  const kernel = buildKernel("map", [title], (k) => {
    const n = k.size("n");
    const x = inputs.map((memory, i) => k.input(`x${i}`, memory, n));
    const y = k.output("y", output, n);
    const body = (i: Expression, width: number): void =>
      k.store(
        y,
        i,
        apply(
          k,
          x.map((buffer) => k.load(buffer, i, { lanes: width })),
          width,
        ),
      );
    k.loop("i", n, body, { lanes, kind: "parallel" });
  });
  const data: ElementArray[] = inputs.map((memory, i) => sampleElements(memory, LENGTH, seed * 8 + i + 1, i));
  return {
    title: `${title} x${lanes}`,
    kernel,
    buffers: [...data, new ELEMENT_ARRAYS[output](LENGTH)],
    sizes: [LENGTH],
  };
}
