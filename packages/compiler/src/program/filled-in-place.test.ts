import { type Buffer, buildKernel, type Expression, type KernelBuilder, printKernel } from "@hodu/core/kernel-ir";
import { describe, expect, it } from "vitest";
import { filledInPlace } from "./filled-in-place.ts";
import { shareBuffer } from "./share-buffer.ts";

const ROWS = 6;
const COLUMNS = 10;

type Write = (k: KernelBuilder, x: Buffer, y: Buffer) => void;

/** With how many of its statements a kernel over [6, 10] elements fills its result in place. */
function filled(write: Write, elements = ROWS * COLUMNS): number | undefined {
  let buffers: readonly Buffer[] = [];
  const kernel = buildKernel("kernel", [], (k) => {
    buffers = [k.input("x", "f32", elements), k.buffer("y", "f32", elements, "readwrite")];
    write(k, buffers[0], buffers[1]);
  });
  return filledInPlace(kernel, buffers[0], buffers[1]);
}

/** Loops over all places; the last by vectors, what remains one by one. */
const each = (k: KernelBuilder, write: (place: Expression, lanes: number) => void): void =>
  k.loop("r", ROWS, (r) => k.loop("c", COLUMNS, (c, lanes) => write(k.add(k.mul(r, COLUMNS), c), lanes), { lanes: 4 }));

const SAFE: readonly (readonly [string, Write])[] = [
  ["vectors and a tail", (k, x, y) => each(k, (at, lanes) => k.store(y, at, k.neg(k.load(x, at, { lanes }))))],
  [
    "a named element that is used twice",
    (k, x, y) =>
      each(k, (at, lanes) => {
        const v = k.let("v", k.load(x, at, { lanes }));
        k.store(y, at, k.mul(v, v));
      }),
  ],
  [
    "blocks that are written out, in parallel, and the rest",
    (k, x, y) => {
      const rows = (first: Expression, count: number): void =>
        k.loop(
          "u",
          count,
          (u) =>
            k.loop("c", COLUMNS, (c) => {
              const at = k.add(k.mul(k.add(first, u), COLUMNS), c);
              k.store(y, at, k.neg(k.load(x, at)));
            }),
          { kind: "unroll" },
        );
      k.loop("b", 1, (b) => rows(k.mul(b, 4), 4), { kind: "parallel" });
      rows(k.constant("index", 4), 2);
    },
  ],
  [
    "an element that is only read where it is chosen",
    (k, x, y) =>
      each(k, (at, lanes) => {
        if (lanes > 1) return k.store(y, at, k.load(x, at, { lanes }));
        const v = k.var("v", k.constant("f32", 0));
        k.if(k.lt(at, 7), () => k.assign(v, k.load(x, at)));
        return k.store(y, at, v);
      }),
  ],
  [
    "blocks, the last of which is only some of a whole one",
    (k, x, y) =>
      k.loop("turn", 16, (turn) => {
        const at = k.let("at", k.add(k.mul(k.div(turn, 4), 16), k.mul(k.rem(turn, 4), 4)));
        k.if(k.lt(at, 60), () => k.store(y, at, k.neg(k.load(x, at, { lanes: 4 }))));
      }),
  ],
  [
    "a masked load",
    (k, x, y) =>
      each(k, (at, lanes) => k.store(y, at, k.load(x, at, { lanes, mask: k.lt(k.add(at, k.lanes(lanes)), 9) }))),
  ],
  [
    "an element that is read in each turn of a sum before it is written",
    (k, x, y) =>
      k.loop("i", ROWS * COLUMNS, (i) => {
        const sum = k.var("sum", k.constant("f32", 0));
        k.loop("j", 3, () => k.assign(sum, k.add(sum, k.load(x, i))));
        k.store(y, i, sum);
      }),
  ],
  ["no element at all", (k, _, y) => each(k, (at, lanes) => k.store(y, at, k.broadcast(k.constant("f32", 1), lanes)))],
];

const UNSAFE: readonly (readonly [string, Write])[] = [
  ["a neighbour", (k, x, y) => k.loop("i", 60, (i) => k.store(y, i, k.load(x, k.sub(59, i))))],
  [
    "a row before any of it is written",
    (k, x, y) =>
      k.loop("r", ROWS, (r) => {
        const sum = k.var("sum", k.constant("f32", 0));
        k.loop("c", COLUMNS, (c) => k.assign(sum, k.add(sum, k.load(x, k.add(k.mul(r, COLUMNS), c)))));
        k.loop("d", COLUMNS, (d) => k.store(y, k.add(k.mul(r, COLUMNS), d), sum));
      }),
  ],
  [
    "an element after it was written",
    (k, x, y) =>
      k.loop("i", 60, (i) => {
        k.store(y, i, k.load(x, i));
        k.store(y, i, k.load(x, i));
      }),
  ],
  [
    "an element of the turn before",
    (k, x, y) =>
      k.loop("i", 60, (i) => {
        k.store(y, i, k.neg(k.load(x, i)));
        k.let("late", k.load(x, i));
      }),
  ],
  [
    "one element for all lanes",
    (k, x, y) => k.loop("i", 60, (i) => k.store(y, i, k.broadcast(k.load(x, i), 4)), { step: 4 }),
  ],
  [
    "more lanes than are written",
    (k, x, y) => k.loop("i", 59, (i) => k.store(y, i, k.reduce("add", k.load(x, i, { lanes: 2 })))),
  ],
  [
    "elements, some of which are written twice",
    (k, x, y) => {
      const block = (first: Expression): void => k.store(y, first, k.neg(k.load(x, first, { lanes: 8 })));
      k.loop("i", 56, block, { step: 8 });
      block(k.constant("index", 52));
    },
  ],
  [
    "elements that are written under a condition",
    (k, x, y) => k.loop("i", 60, (i) => k.if(k.lt(k.load(x, i), 0), () => k.store(y, i, k.load(x, i)))),
  ],
  [
    "elements that are written in some turns only, and the others by others",
    (k, x, y) => {
      k.loop("i", 60, (i) => k.store(y, i, 0), { step: 2 });
      k.loop("j", 60, (j) => {
        const v = k.let("v", k.load(x, j));
        k.if(k.eq(k.rem(j, 2), 1), () => k.store(y, j, v));
      });
    },
  ],
  [
    "elements that are written where a mask is true",
    (k, x, y) => k.loop("i", 60, (i) => k.store(y, i, k.load(x, i), k.lt(k.load(x, i), 0))),
  ],
  [
    "a place that changes",
    (k, x, y) => {
      const at = k.var("at", k.constant("index", 0));
      k.loop("i", 60, () => {
        const v = k.let("v", k.load(x, at));
        k.assign(at, k.min(k.add(at, 1), 59));
        k.store(y, at, v);
      });
    },
  ],
  [
    "an element in an update after all are written",
    (k, x, y) => {
      each(k, (at, lanes) => k.store(y, at, k.load(x, at, { lanes })));
      k.loop("u", 3, (u) => k.store(y, u, k.load(x, k.add(u, 3))));
    },
  ],
];

describe("a result may take the memory of what its kernel reads", () => {
  it.each(SAFE)("where it reads %s", (_, write) => expect(filled(write)).toBeGreaterThan(0));

  it("where it is updated after that, from elsewhere", () => {
    const write: Write = (k, x, y) => {
      each(k, (at, lanes) => k.store(y, at, k.load(x, at, { lanes })));
      k.loop("u", 3, (u) => k.store(y, u, k.add(k.load(y, u), 1)));
    };
    expect(filled(write)).toBe(1);
  });

  it("whatever size it has", () => {
    const sized = (isWhole: boolean): number | undefined => {
      const kernel = buildKernel("kernel", [], (k) => {
        const n = k.size("n");
        const [x, y] = [k.input("x", "f32", k.mul(n, 10)), k.output("y", "f32", k.mul(n, 10))];
        const write = (i: Expression, lanes: number): void => k.store(y, i, k.neg(k.load(x, i, { lanes })));
        k.loop("i", isWhole ? k.mul(n, 10) : k.mul(k.div(n, 2), 20), write, { lanes: 4 });
      });
      return filledInPlace(kernel, kernel.buffers[0], kernel.buffers[1]);
    };
    expect(sized(true)).toBe(3);
    expect(sized(false)).toBeUndefined();
  });
});

describe("a result may not take the memory of what its kernel reads", () => {
  it.each(UNSAFE)("where it reads %s", (_, write) => expect(filled(write)).toBeUndefined());
});

it("leaves out of a kernel in place what stays where it is", () => {
  const kernel = buildKernel("kernel", [], (k) => {
    const x = k.input("x", "f32", ROWS * COLUMNS);
    const y = k.output("y", "f32", ROWS * COLUMNS);
    each(k, (at, lanes) => k.store(y, at, k.let("v", k.load(x, at, { lanes }))));
    k.store(y, 3, 1);
  });
  const shared = shareBuffer(kernel, "x", "y", filledInPlace(kernel, kernel.buffers[0], kernel.buffers[1])!);
  expect(printKernel(shared).split("\n").slice(1)).toEqual([
    "kernel kernel(readwrite y: f32[60]) {",
    "  y[3] = f32(1)",
    "}",
    "",
  ]);
});
