import fc from "fast-check";
import { describe, expect, inject, it } from "vitest";
import { ELEMENT_ARRAYS, type ElementArray } from "./elements.ts";
import { buildKernel, type KernelBuilder } from "./kernel-builder.ts";
import { printKernel } from "./print-kernel.ts";
import { runKernel } from "./run-kernel.ts";
import { SCALARS } from "./scalars.ts";
import { isWideScalar, type ScalarValue } from "./scalar-values.ts";
import type { BinaryOperation, Comparison, Expression, Kernel, Scalar, UnaryOperation } from "./types.ts";
import { kernelFindings } from "./verify/verify-kernel.ts";

type Data = Exclude<Scalar, "index">;

/** An expression that is not written yet: over leaves that are numbered, each with a scalar and a value. */
type Program = (k: KernelBuilder, leaf: (scalar: Data, value: ScalarValue) => Expression) => Expression;

const DATA = Object.keys(ELEMENT_ARRAYS).filter((name): name is Data => name in SCALARS);

function valueOf(scalar: Data): fc.Arbitrary<ScalarValue> {
  const { kind, bits } = SCALARS[scalar];
  if (kind === "bool") return fc.boolean();
  if (scalar === "f32") return fc.oneof(fc.float(), fc.constantFrom(0, -0, 1, -1, Infinity, NaN));
  if (scalar === "f64") return fc.oneof(fc.double(), fc.constantFrom(0, -0, 1, -1, -Infinity, NaN));
  if (bits === 64)
    return kind === "signed"
      ? fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
      : fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
  const min = kind === "signed" ? -(2 ** (bits - 1)) : 0;
  return fc.oneof(fc.integer({ min, max: min + 2 ** bits - 1 }), fc.constantFrom(0, 1, min, min + 2 ** bits - 1));
}

const FLOAT_UNARY: readonly UnaryOperation[] = ["abs", "ceil", "floor", "neg", "round", "sqrt", "trunc"];
const INTEGER_UNARY: readonly UnaryOperation[] = ["abs", "clz", "neg", "not", "popcount"];
const FLOAT_BINARY: readonly BinaryOperation[] = ["add", "div", "max", "min", "mul", "sub"];
const INTEGER_BINARY: readonly BinaryOperation[] = [
  "add",
  "and",
  "max",
  "min",
  "mul",
  "or",
  "shl",
  "shr",
  "sub",
  "xor",
];
const COMPARISONS: readonly Comparison[] = ["eq", "ge", "gt", "le", "lt", "ne"];

const leafOf = (scalar: Data): fc.Arbitrary<Program> =>
  valueOf(scalar).map(
    (value): Program =>
      (_, leaf) =>
        leaf(scalar, value),
  );

/** Programs of a scalar, at most so deep. */
function programOf(scalar: Data, depth: number): fc.Arbitrary<Program> {
  if (depth === 0) return leafOf(scalar);
  const { kind } = SCALARS[scalar];
  const inner = programOf(scalar, depth - 1);
  const choices = [leafOf(scalar), castTo(scalar, depth), choiceOf(scalar, depth)];
  if (kind === "bool") choices.push(comparison(depth), binaryOf(inner, ["and", "or", "xor"]), unaryOf(inner, ["not"]));
  else if (kind === "float") choices.push(binaryOf(inner, FLOAT_BINARY), unaryOf(inner, FLOAT_UNARY), fmaOf(inner));
  else choices.push(binaryOf(inner, INTEGER_BINARY), unaryOf(inner, INTEGER_UNARY));
  return fc.oneof(...choices);
}

const unaryOf = (inner: fc.Arbitrary<Program>, operations: readonly UnaryOperation[]): fc.Arbitrary<Program> =>
  fc.tuple(fc.constantFrom(...operations), inner).map(
    ([operation, value]): Program =>
      (k, leaf) =>
        k[operation](value(k, leaf)),
  );

const binaryOf = (inner: fc.Arbitrary<Program>, operations: readonly BinaryOperation[]): fc.Arbitrary<Program> =>
  fc.tuple(fc.constantFrom(...operations), inner, inner).map(
    ([operation, left, right]): Program =>
      (k, leaf) =>
        k[operation](left(k, leaf), right(k, leaf)),
  );

const fmaOf = (inner: fc.Arbitrary<Program>): fc.Arbitrary<Program> =>
  fc.tuple(fc.constantFrom("fma" as const, "muladd" as const), inner, inner, inner).map(
    ([operation, a, b, c]): Program =>
      (k, leaf) =>
        k[operation](a(k, leaf), b(k, leaf), c(k, leaf)),
  );

const comparison = (depth: number): fc.Arbitrary<Program> =>
  fc.constantFrom(...DATA.filter((scalar) => scalar !== "bool")).chain((scalar) =>
    fc.tuple(fc.constantFrom(...COMPARISONS), programOf(scalar, depth - 1), programOf(scalar, depth - 1)).map(
      ([operation, left, right]): Program =>
        (k, leaf) =>
          k[operation](left(k, leaf), right(k, leaf)),
    ),
  );

const castTo = (scalar: Data, depth: number): fc.Arbitrary<Program> =>
  fc.constantFrom(...DATA).chain((from) =>
    programOf(from, depth - 1).map(
      (value): Program =>
        (k, leaf) =>
          k.cast(scalar, value(k, leaf)),
    ),
  );

const choiceOf = (scalar: Data, depth: number): fc.Arbitrary<Program> =>
  fc.tuple(programOf("bool", depth - 1), programOf(scalar, depth - 1), programOf(scalar, depth - 1)).map(
    ([condition, yes, no]): Program =>
      (k, leaf) =>
        k.select(condition(k, leaf), yes(k, leaf), no(k, leaf)),
  );

const anyProgram = fc
  .constantFrom(...DATA)
  .chain((scalar) => fc.tuple(fc.constant(scalar), programOf(scalar, 4)))
  .map(([scalar, program]) => ({ scalar, program }));

const newElements = (scalar: Data, count: number): ElementArray => new ELEMENT_ARRAYS[scalar](count);

/** The program with its leaves in buffers, and these. */
function overBuffers(scalar: Data, program: Program, lanes: number): { kernel: Kernel; buffers: ElementArray[] } {
  const buffers: ElementArray[] = [];
  const kernel = buildKernel("program", [], (k) => {
    const y = k.output("y", scalar, lanes);
    buffers.push(newElements(scalar, lanes));
    const result = program(k, (type, value) => {
      const x = k.input("x", type, lanes);
      const elements = newElements(type, lanes);
      (elements as Float64Array).fill((type === "bool" ? Number(value) : value) as number);
      buffers.push(elements);
      return k.let("leaf", k.load(x, 0, { lanes }));
    });
    k.store(y, 0, result);
  });
  return { kernel, buffers };
}

/** The program over constants: one, as all of it is computed by the builder. */
function overConstants(program: Program): ScalarValue | undefined {
  let result: Expression | undefined;
  buildKernel("program", [], (k) => {
    result = program(k, (type, value) => k.constant(type, value));
  });
  return result?.kind === "constant" ? result.value : undefined;
}

const stored = (value: ScalarValue): number | bigint => (typeof value === "boolean" ? Number(value) : value);

const MISTAKES: readonly ((right: Expression, other: Expression) => Expression)[] = [
  (right, other) => ({ kind: "binary", operation: "min", left: right, right: other }),
  (right, other) => ({ kind: "compare", comparison: "eq", left: other, right }),
  (right, other) => ({ kind: "fma", a: right, b: right, c: other, exact: true }),
  (right, other) => ({
    kind: "select",
    condition: { kind: "constant", type: "bool", value: true },
    yes: right,
    no: other,
  }),
  (right) => ({ kind: "select", condition: { kind: "lanes", lanes: 4, type: "i32" }, yes: right, no: right }),
  (right) => ({ kind: "load", buffer: "y", type: { scalar: "f64", lanes: 1 }, index: right }),
  (right) => ({ kind: "broadcast", lanes: 6, value: right }),
];

describe("random programs", () => {
  it("give what the builder computes of their constants, in every lane", () => {
    fc.assert(
      fc.property(anyProgram, fc.constantFrom(1, 4), ({ scalar, program }, lanes) => {
        const folded = overConstants(program);
        const { kernel, buffers } = overBuffers(scalar, program, lanes);
        expect(runKernel(kernel, buffers)).toBe(0);
        expect([...buffers[0]]).toEqual(new Array(lanes).fill(stored(folded!)));
      }),
      { numRuns: Math.ceil(1000 * inject("share")) },
    );
  });

  it("are accepted by the verifier, and printed", () => {
    fc.assert(
      fc.property(anyProgram, fc.constantFrom(1, 8), ({ scalar, program }, lanes) => {
        const { kernel } = overBuffers(scalar, program, lanes);
        expect(kernelFindings(kernel)).toEqual([]);
        expect(printKernel(kernel)).toMatch(/^#\nkernel program\(/);
      }),
      { numRuns: Math.ceil(300 * inject("share")) },
    );
  });

  it("are refused together with a value of another type", () => {
    fc.assert(
      fc.property(
        anyProgram,
        fc.constantFrom(...DATA),
        fc.constantFrom(...MISTAKES),
        ({ scalar, program }, other, mistake) => {
          fc.pre(other !== scalar);
          const { kernel } = overBuffers(scalar, program, 1);
          const last = kernel.body.at(-1);
          const right = last?.kind === "store" ? last.value : undefined;
          const value = mistake(right!, {
            kind: "constant",
            type: other,
            value: other === "bool" ? true : isWideScalar(other) ? 1n : 1,
          });
          expect(
            kernelFindings({ ...kernel, body: [...kernel.body, { kind: "let", name: "wrong", value }] }),
          ).toHaveLength(1);
        },
      ),
      { numRuns: Math.ceil(300 * inject("share")) },
    );
  });
});
