import { describe, expect, it } from "vitest";
import { buildKernel, type KernelBuilder } from "../kernel-builder.ts";
import { scalarType } from "../scalars.ts";
import type { Expression, Kernel, Statement } from "../types.ts";
import { kernelFindings, verifyKernel } from "./verify-kernel.ts";

const find = (write: (k: KernelBuilder) => void): readonly string[] => kernelFindings(buildKernel("kernel", [], write));
const index = (value: number): Expression => ({ kind: "constant", type: "index", value });
const kernelOf = (body: readonly Statement[]): Kernel => ({
  name: "kernel",
  buffers: [
    { name: "x", memory: "f32", length: index(4), access: "read" },
    { name: "y", memory: "f32", length: index(4), access: "write" },
  ],
  sizes: ["n"],
  body,
  origin: [],
});

describe("what is proven to be in range", () => {
  const accepted: readonly (readonly [string, (k: KernelBuilder) => void])[] = [
    [
      "whole vectors and what remains",
      (k) => {
        const n = k.size("n");
        const [x, y] = [k.input("x", "f32", n), k.output("y", "f32", n)];
        k.loop("i", n, (i, lanes) => k.store(y, i, k.load(x, i, { lanes })), { lanes: 8, kind: "parallel" });
      },
    ],
    [
      "a transposed matrix of symbolic dims",
      (k) => {
        const [m, n] = [k.size("m"), k.size("n")];
        const [x, y] = [k.input("x", "f32", k.mul(m, n)), k.output("y", "f32", k.mul(m, n))];
        k.loop("i", m, (i) =>
          k.loop("j", n, (j) => k.store(y, k.add(k.mul(j, m), i), k.load(x, k.add(k.mul(i, n), j)))),
        );
      },
    ],
    [
      "a flat index that is taken apart",
      (k) => {
        const [m, n] = [k.size("m"), k.size("n")];
        const [x, y] = [k.input("x", "f32", n), k.output("y", "f32", k.mul(m, n))];
        k.if(k.gt(n, 0), () =>
          k.loop("i", k.mul(m, n), (i) => k.store(y, i, k.load(x, k.rem(i, n))), { kind: "parallel" }),
        );
      },
    ],
    [
      "a padded window behind a condition",
      (k) => {
        const [x, y] = [k.input("x", "f32", 28 * 28), k.output("y", "f32", 28 * 28)];
        k.loop("i", 28, (i) =>
          k.loop("j", 28, (j) => {
            const sum = k.var("sum", k.constant("f32", 0));
            k.loop("u", 3, (u) =>
              k.loop("v", 3, (v) => {
                const row = k.let("row", k.sub(k.add(i, u), 1));
                const column = k.let("column", k.sub(k.add(j, v), 1));
                const isInside = k.and(k.and(k.ge(row, 0), k.lt(row, 28)), k.and(k.ge(column, 0), k.lt(column, 28)));
                k.if(isInside, () => k.assign(sum, k.add(sum, k.load(x, k.add(k.mul(row, 28), column)))));
              }),
            );
            k.store(y, k.add(k.mul(i, 28), j), sum);
          }),
        );
      },
    ],
    [
      "clamped indices",
      (k) => {
        const [x, y] = [k.input("x", "f32", 10), k.output("y", "f32", 20)];
        k.loop("i", 20, (i) => k.store(y, i, k.load(x, k.min(k.max(k.sub(i, 5), 0), 9))));
      },
    ],
    [
      "a guarded index from the data, counted from the end if it is negative",
      (k) => {
        const [n, m] = [k.size("n"), k.size("m")];
        const [x, at, y] = [k.input("x", "f32", n), k.input("at", "i64", m), k.output("y", "f32", m)];
        k.loop("i", m, (i) => {
          const given = k.let("given", k.load(at, i));
          const count = k.cast("i64", n);
          const place = k.let("place", k.select(k.lt(given, 0), k.add(given, count), given));
          k.guard(k.and(k.ge(place, 0), k.lt(place, count)), 3);
          k.store(y, i, k.load(x, k.cast("index", place)));
        });
      },
    ],
    [
      "tiles whose last one is smaller",
      (k) => {
        const n = k.size("n");
        const y = k.output("y", "f32", n);
        k.loop(
          "tile",
          n,
          (tile) => {
            const width = k.let("width", k.min(k.sub(n, tile), 16));
            k.loop("i", width, (i) => k.store(y, k.add(tile, i), k.constant("f32", 1)));
          },
          { step: 16 },
        );
      },
    ],
    [
      "lanes behind a mask",
      (k) => {
        const n = k.size("n");
        const [x, y] = [k.input("x", "f32", n), k.output("y", "f32", n)];
        k.loop(
          "i",
          n,
          (i) => {
            const mask = k.let("mask", k.lt(k.add(k.lanes(8), i), n));
            k.store(y, i, k.load(x, i, { lanes: 8, mask }), mask);
          },
          { step: 8 },
        );
      },
    ],
    [
      "a table of 256 entries by a byte",
      (k) => {
        const [x, table, y] = [k.input("x", "i8", 9), k.input("table", "u8", 256), k.output("y", "u8", 9)];
        k.loop("i", 9, (i) => {
          const place = k.cast("index", k.add(k.cast("i32", k.load(x, i)), 128));
          k.store(y, i, k.load(table, place));
        });
      },
    ],
    [
      "a guarded division",
      (k) => {
        const [x, y] = [k.input("x", "i32", 9), k.output("y", "i32", 9)];
        k.loop("i", 9, (i) => {
          const divisor = k.let("divisor", k.load(x, i));
          k.guard(k.ne(divisor, 0), 4);
          const isOpposite = k.let("isOpposite", k.eq(divisor, -1));
          const quotient = k.div(k.constant("i32", 7), k.select(isOpposite, 1, divisor));
          k.store(y, i, k.select(isOpposite, -7, quotient));
        });
      },
    ],
    [
      "lanes of a device with shared memory",
      (k) => {
        const n = k.size("n");
        const x = k.buffer("x", "f32", k.mul(n, 64), "readwrite");
        k.loop(
          "block",
          n,
          (block) => {
            const tile = k.array("tile", scalarType("f32"), 64, "shared");
            const base = k.let("base", k.mul(block, 64));
            k.loop(
              "lane",
              64,
              (lane) => {
                k.set(tile, lane, k.load(x, k.add(base, lane)));
                k.barrier();
                k.store(x, k.add(base, lane), k.get(tile, k.sub(63, lane)));
              },
              { kind: "lane" },
            );
          },
          { kind: "grid" },
        );
      },
    ],
  ];
  it.each(accepted)("%s", (_, write) => {
    expect(find(write)).toEqual([]);
  });
});

describe("what is found", () => {
  const refused: readonly (readonly [string, (k: KernelBuilder) => void, readonly RegExp[]])[] = [
    [
      "an index one past the end",
      (k) => {
        const n = k.size("n");
        const [x, y] = [k.input("x", "f32", n), k.output("y", "f32", n)];
        k.loop("i", n, (i) => k.store(y, i, k.load(x, k.add(i, 1))));
      },
      [/^body\[0\]\.body\[0\]: an index that is not proven to be below the length in "x\[\(i \+ 1\)\]:f32"$/],
    ],
    [
      "a vector past the end",
      (k) => {
        const n = k.size("n");
        const y = k.output("y", "f32", n);
        k.loop("i", n, (i) => k.store(y, i, k.broadcast(k.constant("f32", 0), 4)), { step: 4 });
      },
      [/below the length of "y"/],
    ],
    [
      "an index from the data without a guard, or with one that was forgotten",
      (k) => {
        const [x, at, y] = [k.input("x", "f32", 4), k.input("at", "i64", 4), k.output("y", "f32", 4)];
        k.loop("i", 4, (i) => {
          const place = k.let("place", k.load(at, i));
          k.if(k.ge(place, 0), () => k.guard(k.lt(place, 4), 1));
          k.store(y, i, k.load(x, k.cast("index", place)));
        });
      },
      [/not proven to be at least 0/],
    ],
    [
      "a guard of a variable that changes after it",
      (k) => {
        const [x, y] = [k.input("x", "f32", 4), k.output("y", "f32", 4)];
        const place = k.var("place", index(0));
        k.guard(k.lt(place, 4), 1);
        k.assign(place, 9);
        k.store(y, 0, k.load(x, place));
      },
      [/not proven/],
    ],
    [
      "a division by what may be 0, and by what may be -1",
      (k) => {
        const [x, y] = [k.input("x", "i32", 1), k.output("y", "i32", 1)];
        const divisor = k.let("divisor", k.load(x, 0));
        k.store(y, 0, k.div(1, divisor));
        k.guard(k.ne(divisor, 0), 1);
        k.store(y, 0, k.rem(k.load(x, 0), divisor));
      },
      [
        /body\[1\]: a divisor that is not proven to be other than 0/,
        /body\[3\]: a divisor that may be -1 for the least i32/,
      ],
    ],
    [
      "a read of what is written and a write of what is read",
      (k) => {
        const [x, y] = [k.input("x", "f32", 1), k.output("y", "f32", 1)];
        k.store(x, 0, k.load(y, 0));
      },
      [/a write to "x", which is only read/, /a read of a buffer that is only written/],
    ],
    [
      "a variable that parallel turns share",
      (k) => {
        const sum = k.var("sum", k.constant("f32", 0));
        k.loop("i", 4, () => k.assign(sum, k.add(sum, 1)), { kind: "parallel" });
      },
      [/an assignment to "sum", which turns that run in any order share/],
    ],
    [
      "barriers and loops of devices at wrong places",
      (k) => {
        k.barrier();
        k.loop("lane", 4, () => {}, { kind: "lane" });
        k.loop("block", 4, () => k.loop("i", 4, () => {}, { kind: "parallel" }), { kind: "grid" });
        k.loop(
          "block",
          4,
          () => k.loop("lane", 4, (lane) => k.if(k.lt(lane, 2), () => k.barrier()), { kind: "lane" }),
          { kind: "grid" },
        );
      },
      [
        /a barrier outside of a lane loop/,
        /a lane loop outside of a grid loop/,
        /a parallel loop inside a grid loop/,
        /a barrier under a condition/,
      ],
    ],
    [
      "an unrolled loop of unknown length, statuses and arrays out of range",
      (k) => {
        const n = k.size("n");
        k.loop("i", n, () => {}, { kind: "unroll" });
        k.guard(k.gt(n, 0), 256);
        k.array("a", scalarType("f32"), 2 ** 30);
        k.array("b", scalarType("f32"), 4, "shared");
      },
      [/an unrolled loop/, /the status 256/, /an array of 1073741824/, /a shared array/],
    ],
    ["names that are no names", (k) => void k.size("a b"), [/the name "a b", expected letters/]],
    [
      "a loop that is split by what is loaded",
      (k) => {
        const x = k.input("x", "f32", 8);
        const y = k.output("y", "f32", 8);
        const splits = k.lt(k.load(x, 0), 1);
        k.loop("i", 8, (i) => k.store(y, i, k.load(x, i)), { kind: "parallel", splits });
      },
      [/a condition to split a loop that is not over constants and sizes/],
    ],
    [
      "a value out of its scope",
      (k) => {
        const y = k.output("y", "f32", 4);
        let inner: Expression = k.constant("f32", 0);
        k.loop("i", 4, (i) => {
          inner = k.let("inner", k.cast("f32", i));
        });
        k.store(y, 0, inner);
      },
      [/no value of that name in "inner"/],
    ],
  ];
  it.each(refused)("%s", (_, write, expected) => {
    const findings = find(write);
    expect(findings).toHaveLength(expected.length);
    for (const [i, pattern] of expected.entries()) expect(findings[i]).toMatch(pattern);
  });

  it("all at once, in the error too", () => {
    const store = (value: Expression): Statement => ({ kind: "store", buffer: "y", index: index(9), value });
    const kernel = kernelOf([store({ kind: "constant", type: "f32", value: 0.1 }), store({ kind: "size", name: "m" })]);
    expect(() => verifyKernel(kernel)).toThrow(/0\.1 is no value of f32[^]*no size of that name/);
  });
});

describe("IR that no builder makes", () => {
  const f32 = scalarType("f32");
  const one: Expression = { kind: "constant", type: "f32", value: 1 };
  const values: readonly (readonly [string, unknown, RegExp])[] = [
    [
      "operands of two types",
      { kind: "binary", operation: "add", left: one, right: index(1) },
      /operands of types f32 and index/,
    ],
    ["an operation that a type does not have", { kind: "unary", operation: "clz", value: one }, /clz of f32/],
    ["an operation that is not there", { kind: "unary", operation: "toString", value: one }, /an unknown operation/],
    ["lanes that are no power of two", { kind: "broadcast", lanes: 3, value: one }, /3 lanes/],
    ["a constant out of range", { kind: "constant", type: "i8", value: 128 }, /128 is no value of i8/],
    ["a number for a bigint", { kind: "constant", type: "i64", value: 1 }, /1 is no value of i64/],
    ["bits of another width", { kind: "bits", to: "f64", value: one }, /the bits of f32 as f64/],
    ["a local of another type", { kind: "local", name: "i", type: f32 }, /f32, declared as index/],
    [
      "an element type that is not the buffer's",
      { kind: "load", buffer: "x", type: scalarType("f64"), index: index(0) },
      /f64 for elements of f32/,
    ],
    ["an unknown scalar", { kind: "cast", to: "i128", value: one }, /unknown type/],
    ["an unknown kind", { kind: "constructor" }, /unknown kind/],
    [
      "a mask of other lanes",
      { kind: "load", buffer: "x", type: f32, index: index(0), mask: { kind: "lanes", lanes: 2, type: "i32" } },
      /a condition of type i32x2/,
    ],
    ["dot2 of floats", { kind: "dot2", acc: one, a: one, b: one }, /dot2 of f32, f32, f32/],
    ["dot4 of floats", { kind: "dot4", acc: one, a: one, b: one }, /dot4 of f32, f32, f32/],
  ];
  it.each(values)("%s", (_, value, expected) => {
    const body: Statement = { kind: "let", name: "v", value: value as Expression };
    const loop: Statement = { kind: "for", index: "i", extent: index(4), step: 1, loop: "serial", body: [body] };
    expect(kernelFindings(kernelOf([loop])).join("\n")).toMatch(expected);
  });

  it("a name that is declared twice", () => {
    const declare: Statement = { kind: "let", name: "x", value: one };
    expect(kernelFindings(kernelOf([declare]))).toEqual([`body[0]: the name "x", which is declared before`]);
  });

  it("expressions that are too deep, or circular", () => {
    const circular: { kind: "unary"; operation: "neg"; value: Expression } = {
      kind: "unary",
      operation: "neg",
      value: one,
    };
    circular.value = circular;
    expect(kernelFindings(kernelOf([{ kind: "let", name: "v", value: circular }]))).toEqual([
      "an expression of more than 500 levels",
    ]);
  });

  it("definitions that lead to each other twice, again and again, in a short time", () => {
    const bool = scalarType("bool");
    const named = (name: string): Expression => ({ kind: "local", name, type: bool });
    const size: Expression = { kind: "size", name: "n" };
    const body: Statement[] = [
      { kind: "let", name: "c0", value: { kind: "compare", comparison: "gt", left: size, right: index(0) } },
    ];
    for (let i = 1; i < 200; i++) {
      const before = named(`c${i - 1}`);
      body.push({
        kind: "let",
        name: `c${i}`,
        value: { kind: "binary", operation: "and", left: before, right: before },
      });
    }
    body.push({ kind: "guard", condition: named("c199"), status: 1 });
    expect(kernelFindings(kernelOf(body))).toEqual([]);
  });

  it("shared parts that make an expression endless", () => {
    let value: Expression = one;
    for (let i = 0; i < 100; i++) value = { kind: "binary", operation: "add", left: value, right: value };
    expect(kernelFindings(kernelOf([{ kind: "let", name: "v", value }]))).toEqual([
      "more than 200000 statements and expressions",
    ]);
  });
});
