import {
  buildKernel,
  ELEMENT_ARRAYS,
  ELEMENTARY_FUNCTIONS,
  type ElementArray,
  type Expression,
  type KernelBuilder,
  type Memory,
  scalarType,
} from "@hodu/core/kernel-ir";
import { type Case, mapCase } from "./operation-cases.ts";
import { sampleElements } from "./sample-values.ts";

/** Kernels with what elementwise ones do not have: reductions, masks, arrays, guards, loops of all kinds, deep expressions. */
export function structureCases(): readonly Case[] {
  return [
    ...reductions(),
    ...dotProducts(),
    ...bitsOfLanes(),
    ...masks(),
    ...cancellations(),
    matrixProduct(4, 8, 8),
    matrixProduct(2, 16, 16),
    ...arrays(),
    ...guards(),
    ...loops(),
    ...indices(),
    ...choices(),
  ];
}

/** The functions of kernel IR. A target that fuses products and sums rounds them differently: these are for targets that do not. */
export function functionCases(): readonly Case[] {
  return (["f32", "f64"] as const).flatMap((memory) =>
    Object.entries(ELEMENTARY_FUNCTIONS).map(([name, write], seed) =>
      mapCase(`${name} ${memory}`, [memory], memory, (k, [x]) => write(k, x), memory === "f32" ? 4 : 2, seed),
    ),
  );
}

type Write = (k: KernelBuilder, n: Expression) => void;

/** A kernel of one size with data; the last buffer is what it writes. */
function writtenCase(title: string, n: number, buffers: readonly ElementArray[], write: Write): Case {
  const kernel = buildKernel("case", [title], (k) => write(k, k.size("n")));
  return { title, kernel, buffers, sizes: [n] };
}

const data = (memory: Memory, length: number, seed = length): ElementArray => sampleElements(memory, length, seed);
const empty = (memory: Memory, length: number): ElementArray => new ELEMENT_ARRAYS[memory](length);

function reductions(): readonly Case[] {
  const memories = ["f32", "f64", "i8", "u16", "i32", "u64"] as const;
  return (["add", "max", "min", "mul"] as const).flatMap((reduction) =>
    memories.flatMap((memory) =>
      [2, 4, 16].map((lanes) =>
        writtenCase(
          `reduce ${reduction} ${memory} x${lanes}`,
          20,
          [data(memory, 20 * lanes), empty(memory, 20)],
          (k, n) => {
            const x = k.input("x", memory, k.mul(n, lanes));
            const y = k.output("y", memory, n);
            k.loop("i", n, (i) => k.store(y, i, k.reduce(reduction, k.load(x, k.mul(i, lanes), { lanes }))));
          },
        ),
      ),
    ),
  );
}

function dotProducts(): readonly Case[] {
  const kinds = [
    ["dot4", 4, "u8", "i8"],
    ["dot4", 4, "i8", "i8"],
    ["dot2", 2, "i16", "i16"],
  ] as const;
  return kinds.flatMap(([operation, count, left, right]) =>
    [1, 4, 8, 16].map((lanes) => {
      const all = count * lanes;
      const buffers = [
        data(left, 20 * all),
        data(right, 20 * all, 7),
        data("i32", 20 * lanes),
        empty("i32", 20 * lanes),
      ];
      return writtenCase(`${operation} ${left} x${lanes}`, 20, buffers, (k, n) => {
        const [a, b] = [k.input("a", left, k.mul(n, all)), k.input("b", right, k.mul(n, all))];
        const [c, y] = [k.input("c", "i32", k.mul(n, lanes)), k.output("y", "i32", k.mul(n, lanes))];
        k.loop("i", n, (i) => {
          const at = k.mul(i, all);
          const acc = k.load(c, k.mul(i, lanes), { lanes });
          const dot = k[operation](acc, k.load(a, at, { lanes: all }), k.load(b, at, { lanes: all }));
          k.store(y, k.mul(i, lanes), dot);
        });
      });
    }),
  );
}

/** Bits as fewer, wider lanes and back: four bytes as a word, that in all lanes, and these as bytes again. */
function bitsOfLanes(): readonly Case[] {
  return (["u8", "i8"] as const).flatMap((memory) =>
    [1, 4, 16].map((lanes) => {
      const buffers = [data(memory, 80), empty("u8", 80 * lanes)];
      return writtenCase(`bits of 4 ${memory} in x${lanes}`, 20, buffers, (k, n) => {
        const [x, y] = [k.input("x", memory, k.mul(n, 4)), k.output("y", "u8", k.mul(n, 4 * lanes))];
        k.loop("i", n, (i) => {
          const word = k.bits("i32", k.load(x, k.mul(i, 4), { lanes: 4 }));
          const changed = memory === "i8" ? k.xor(word, 0x7f7f7f7f) : word;
          k.store(y, k.mul(i, 4 * lanes), k.bits("u8", k.broadcast(changed, lanes)));
        });
      });
    }),
  );
}

/** Bools of vectors that come from comparisons of different widths and meet, and accesses of some lanes. */
function masks(): readonly Case[] {
  const masked = (["f32", "i8", "f16", "bool", "f64"] as const).map((memory) =>
    writtenCase(`masked ${memory}`, 13, [data(memory, 13), empty(memory, 13)], (k, n) => {
      const [x, y] = [k.input("x", memory, n), k.output("y", memory, n)];
      k.loop(
        "i",
        n,
        (i) => {
          const mask = k.let("mask", k.lt(k.lanes(8), k.broadcast(k.sub(n, i), 8)));
          k.store(y, i, k.load(x, i, { lanes: 8, mask }), mask);
        },
        { step: 8 },
      );
    }),
  );
  const joined = mapCase(
    "masks of several widths",
    ["f32", "f64", "i8", "bool"],
    "bool",
    (k, [a, b, c, d]) =>
      k.xor(k.or(k.gt(a, 0), k.and(k.lt(b, 1), d)), k.not(k.eq(k.select(k.gt(a, 1), d, k.ne(c, 0)), d))),
    8,
    1,
  );
  const chosen = mapCase(
    "a choice of narrow by wide",
    ["f64", "u8"],
    "u8",
    (k, [a, b]) => k.select(k.gt(a, 0), b, k.cast("u8", k.cast("i16", k.ge(a, -1)))),
    8,
    2,
  );
  const kept = writtenCase("bools in variables and arrays", 16, [data("f64", 16), empty("bool", 16)], (k, n) => {
    const [x, y] = [k.input("x", "f64", n), k.output("y", "bool", n)];
    const seen = k.var("seen", k.broadcast(k.gt(k.load(x, 0), 0), 4));
    const list = k.array("list", { scalar: "bool", lanes: 4 }, 4);
    k.loop("i", 4, (i) => {
      k.assign(seen, k.xor(seen, k.gt(k.load(x, k.mul(i, 4), { lanes: 4 }), 0.25)));
      k.set(list, i, seen);
    });
    k.loop("j", 4, (j) => k.store(y, k.mul(j, 4), k.get(list, j)));
  });
  return [...masked, joined, chosen, kept];
}

/** Products halfway between two floats, what is left of a product when its rounded value is taken away, and sums of numbers far apart. */
function cancellations(): readonly Case[] {
  const ties = (
    [
      ["f32", 2 ** -12, 2 ** -12],
      ["f64", 2 ** -26, 2 ** -27],
    ] as const
  ).map(([memory, left, right]) =>
    mapCase(
      `ties that a small sum breaks ${memory}`,
      ["u8", "u8", "i8"],
      memory,
      (k, [a, b, c]) => {
        const [x, y, sign] = [a, b, c].map((operand) => k.cast(memory, operand));
        return k.fma(k.add(k.mul(x, left), 1), k.add(k.mul(y, right), 1), k.mul(sign, 2 ** -70));
      },
      4,
      3,
    ),
  );
  const products = (["f32", "f64"] as const).flatMap((memory) =>
    [1, 2, 3, 4].flatMap((seed) => [
      mapCase(
        `error of a product ${memory}`,
        [memory, memory],
        memory,
        (k, [a, b]) => k.fma(a, b, k.neg(k.mul(a, b))),
        4,
        seed * 100,
      ),
      mapCase(
        `near products ${memory}`,
        [memory, memory, memory],
        memory,
        (k, [a, b, c]) => k.fma(a, b, k.sub(k.mul(c, 1e-8), k.mul(a, b))),
        4,
        seed * 101,
      ),
    ]),
  );
  return [...ties, ...products];
}

/** A block of rows by lanes in registers, as contractions are written. */
function matrixProduct(rows: number, columns: number, lanes: number): Case {
  const [depth, n] = [19, 3];
  const buffers = [data("i32", n * rows * depth), data("i32", depth * columns), empty("i32", n * rows * columns)];
  return writtenCase(`matrix product ${rows}x${columns}`, n, buffers, (k, blocks) => {
    const a = k.input("a", "i32", k.mul(blocks, rows * depth));
    const b = k.input("b", "i32", depth * columns);
    const c = k.output("c", "i32", k.mul(blocks, rows * columns));
    k.loop(
      "block",
      blocks,
      (block) => {
        const acc = k.array("acc", { scalar: "i32", lanes }, rows);
        k.loop("r", rows, (r) => k.set(acc, r, 0), { kind: "unroll" });
        k.loop("p", depth, (p) => {
          const right = k.let("right", k.load(b, k.mul(p, columns), { lanes }));
          k.loop(
            "r1",
            rows,
            (r) => {
              const left = k.load(a, k.add(k.mul(k.add(k.mul(block, rows), r), depth), p));
              k.set(acc, r, k.add(k.get(acc, r), k.mul(left, right)));
            },
            { kind: "unroll" },
          );
        });
        k.loop("r2", rows, (r) => k.store(c, k.mul(k.add(k.mul(block, rows), r), columns), k.get(acc, r)), {
          kind: "unroll",
        });
      },
      { kind: "parallel" },
    );
  });
}

function arrays(): readonly Case[] {
  const table = writtenCase("an array with indices from data", 40, [data("u8", 40), empty("i32", 40)], (k, n) => {
    const [x, y] = [k.input("x", "u8", n), k.output("y", "i32", n)];
    const table = k.array("table", scalarType("i32"), 8);
    k.loop("t", 8, (t) => k.set(table, t, k.cast("i32", k.mul(t, t))));
    k.loop("i", n, (i) => k.store(y, i, k.get(table, k.cast("index", k.and(k.load(x, i), 7)))), { kind: "parallel" });
  });
  const around = writtenCase(
    "vectors and variables from around a parallel loop",
    12,
    [data("f32", 12), empty("f32", 48)],
    (k, n) => {
      const [x, y] = [k.input("x", "f32", n), k.output("y", "f32", k.mul(n, 4))];
      const total = k.var("total", k.constant("f32", 0));
      k.loop("s", n, (s) => k.assign(total, k.add(total, k.abs(k.load(x, s)))));
      const first = k.let("first", k.load(x, 0, { lanes: 4 }));
      const positive = k.let("positive", k.gt(first, 0));
      k.loop("i", n, (i) => k.store(y, k.mul(i, 4), k.select(positive, k.mul(first, k.load(x, i)), total)), {
        kind: "parallel",
      });
    },
  );
  return [table, around];
}

function guards(): readonly Case[] {
  return (["serial", "parallel"] as const).flatMap((kind) =>
    [1, 40].map((n) => {
      const buffers = [new Int32Array(n).fill(3), empty("i32", n)];
      if (n > 1) buffers[0][0] = -5;
      return writtenCase(`a guard in a ${kind} loop of ${n}`, n, buffers, (k, size) => {
        const [x, y] = [k.input("x", "i32", size), k.output("y", "i32", size)];
        k.loop(
          "i",
          size,
          (i) => {
            const value = k.let("value", k.cast("index", k.load(x, i)));
            k.guard(k.ge(value, 0), 7);
            k.store(y, i, k.cast("i32", k.add(value, 1)));
          },
          { kind },
        );
      });
    }),
  );
}

function loops(): readonly Case[] {
  const kinds = [
    ["parallel", "parallel"],
    ["grid", "lane"],
    ["parallel", "unroll"],
    ["serial", "parallel"],
  ] as const;
  return kinds.map(([outer, inner]) =>
    writtenCase(`a ${inner} loop in a ${outer} loop`, 7, [data("i16", 21), empty("i16", 21)], (k, n) => {
      const [x, y] = [k.input("x", "i16", k.mul(n, 3)), k.output("y", "i16", k.mul(n, 3))];
      k.loop(
        "i",
        n,
        (i) => {
          const scale = k.let("scale", k.cast("i16", i));
          k.loop(
            "j",
            3,
            (j) => {
              const at = k.add(k.mul(i, 3), j);
              k.store(y, at, k.mul(k.load(x, at), k.add(scale, k.cast("i16", j))));
            },
            { kind: inner },
          );
        },
        { kind: outer },
      );
    }),
  );
}

function indices(): readonly Case[] {
  const mixed = writtenCase("arithmetic of indices", 30, [empty("i64", 30)], (k, n) => {
    const y = k.output("y", "i64", n);
    k.loop(
      "i",
      n,
      (i) => {
        const value = k.add(k.mul(k.rem(i, 7), k.div(k.add(i, 100), 3)), k.max(k.sub(i, n), k.min(i, -5)));
        k.store(y, i, k.cast("i64", k.select(k.lt(i, k.div(n, 2)), value, k.sub(0, value))));
      },
      { step: 1 },
    );
  });
  const vector = writtenCase("vectors of indices", 24, [empty("i32", 24)], (k, n) => {
    const y = k.output("y", "i32", n);
    k.loop("i", n, (i, lanes) => k.store(y, i, k.cast("i32", k.mul(k.add(k.lanes(lanes), i), 3))), { lanes: 8 });
  });
  return [mixed, vector];
}

function choices(): readonly Case[] {
  const branches = writtenCase("branches", 33, [data("f32", 33), empty("u8", 33)], (k, n) => {
    const [x, y] = [k.input("x", "f32", n), k.output("y", "u8", n)];
    k.loop("i", n, (i) => {
      const value = k.let("value", k.load(x, i));
      const otherwise = (): void =>
        k.if(
          k.lt(value, 0),
          () => k.store(y, i, 2),
          () => k.store(y, i, 3),
        );
      k.if(k.eq(value, value), () => k.if(k.gt(value, 0), () => k.store(y, i, 1), otherwise));
    });
  });
  const nested = mapCase(
    "a deep expression",
    ["i32"],
    "i32",
    (k, [a]) => {
      let sum = a;
      for (let i = 0; i < 60; i++) sum = k.xor(k.mul(sum, 3), k.add(a, i));
      return sum;
    },
    8,
    5,
  );
  const inPlace = writtenCase("a buffer that is read and written", 20, [data("f64", 20)], (k, n) => {
    const x = k.buffer("x", "f64", n, "readwrite");
    k.loop("i", n, (i, lanes) => k.store(x, i, k.mul(k.load(x, i, { lanes }), -2)), { lanes: 4 });
  });
  return [branches, nested, inPlace];
}
