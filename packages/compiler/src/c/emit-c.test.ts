import { buildKernel, type Kernel, type Statement } from "@hodu/core/kernel-ir";
import { describe, expect, test } from "vitest";
import { emitC } from "./emit-c.ts";
import { KERNELS_PER_FILE } from "./limits.ts";
import { C_TARGETS } from "./target.ts";

const target = C_TARGETS["x86-64-v3"];

/** y = x * 2 + 1 in parallel, with names and origins of choice. */
function named(name: string, variable: string, origin: readonly string[]): Kernel {
  return buildKernel(name, origin, (k) => {
    const n = k.size(`${variable}n`);
    const [x, y] = [k.input(`${variable}x`, "f32", n), k.output(`${variable}y`, "f32", n)];
    const list = k.array(`${variable}list`, { scalar: "f32", lanes: 1 }, 4);
    k.loop(`${variable}i`, n, (i) => k.store(y, i, k.let(`${variable}v`, k.muladd(k.load(x, i), 2, 1))), {
      kind: "parallel",
    });
    k.loop(`${variable}j`, 4, (j) => k.set(list, j, 0), { kind: "unroll" });
  });
}

/** The files of kernels but for the headers. */
const sourcesOf = (kernels: readonly Kernel[]): string =>
  emitC(kernels, target)
    .files.filter(({ name }) => name.endsWith(".c"))
    .map(({ text }) => text)
    .join("");

const HOSTILE = [
  "*/ int main(void) { return 1; } /*",
  'x");system("id");//',
  "%n%s",
  "a\nb\r\0c",
  "back\\",
  "??/",
  "int",
  "\u202eevil",
  "\ud800",
  "x".repeat(65_536),
];

describe("a name from a model never leaves a comment (rows 78 and C9)", () => {
  test("origins change one line only, which stays one comment of plain characters", () => {
    const plain = sourcesOf([named("k", "", ["a"])]).split("\n");
    for (const name of HOSTILE) {
      const lines = sourcesOf([named("k", "", [name])]).split("\n");
      const changed = lines.filter((line, i) => line !== plain[i]);
      expect(lines).toHaveLength(plain.length);
      expect(changed).toHaveLength(1);
      expect(changed[0]).toMatch(/^\/\* "[A-Za-z0-9_.:,()[\] +=<>#|{}-]*" \*\/$/);
      expect(changed[0].length).toBeLessThan(600);
    }
  });

  test("names of the kernel and of what is in it change nothing", () => {
    const plain = sourcesOf([named("k", "", ["a"])]);
    for (const name of HOSTILE) expect(sourcesOf([named(name, name, ["a"])])).toBe(plain);
  });

  test("of many origins the first are named and the rest counted", () => {
    const origins = Array.from({ length: 500 }, (_, i) => `node${i}`);
    expect(sourcesOf([named("k", "", origins)])).toContain('"node15", and 484 more */');
  });
});

describe("the sources", () => {
  test("are the same bytes for the same kernels", () => {
    const kernels = (): Kernel[] => [named("a", "", ["a"]), named("b", "q", ["b"])];
    expect(emitC(kernels(), target)).toEqual(emitC(kernels(), target));
  });

  test("have kernels that are equal but for names once, with the origins of all", () => {
    const { symbols } = emitC([named("a", "", ["one"]), named("b", "q", ["two"])], target);
    expect(symbols).toEqual(["hodu_kernel_0", "hodu_kernel_0"]);
    expect(sourcesOf([named("a", "", ["one"]), named("b", "q", ["two"])])).toContain('/* "one", "two" */');
  });

  test("are several files when there are many kernels, each with all that it needs", () => {
    const kernels = Array.from({ length: KERNELS_PER_FILE + 1 }, (_, factor) =>
      buildKernel("k", [], (k) => k.store(k.output("y", "i32", 8), 0, k.broadcast(k.constant("i32", factor), 8))),
    );
    const { files, symbols } = emitC(kernels, target);
    expect(new Set(symbols).size).toBe(KERNELS_PER_FILE + 1);
    expect(files.map(({ name }) => name)).toEqual(["hodu.h", "hodu-float.h", "kernels_0.c", "kernels_1.c"]);
    for (const { text } of files.slice(2)) expect(text).toContain("HODU_VECTOR(i32x8, i32, 8)");
  });

  test("keep an array in variables where all indices are known, else in memory", () => {
    const write = (kind: "unroll" | "serial"): string =>
      sourcesOf([
        buildKernel("k", [], (k) => {
          const acc = k.array("acc", { scalar: "f32", lanes: 8 }, 2);
          k.loop("i", 2, (i) => k.set(acc, i, 1), { kind });
          k.store(k.output("y", "f32", 8), 0, k.get(acc, 1));
        }),
      ]);
    expect(write("unroll")).toContain("hodu_f32x8 a0_0, a0_1;");
    expect(write("serial")).toContain("hodu_f32x8 a0[2];");
  });
});

test("a barrier is refused: lanes run one after another", () => {
  const kernel = buildKernel("k", [], (k) =>
    k.loop("g", 4, () => k.loop("l", 4, () => k.barrier(), { kind: "lane" }), { kind: "grid" }),
  );
  expect(() => emitC([kernel], target)).toThrow("Cannot write a kernel in C for x86-64-v3: it has a barrier");
});

test("arrays that do not fit a stack are refused", () => {
  const kernel = buildKernel("k", [], (k) => {
    const list = k.array("list", { scalar: "f32", lanes: 16 }, 1 << 16);
    k.loop("i", 1 << 16, (i) => k.set(list, i, 0));
    k.loop("j", 2, () => k.array("more", { scalar: "i8", lanes: 1 }, 1));
  });
  expect(() => emitC([kernel], target)).toThrow("it has arrays of 4194305 bytes, expected at most 4194304");
});

test("a kernel that is written out without end is refused before it fills the memory", () => {
  const store: Statement = buildKernel("k", [], (k) => k.store(k.output("y", "i32", 1), 0, 1)).body[0];
  const loop = (name: string, body: readonly Statement[]): Statement => ({
    kind: "for",
    index: name,
    extent: { kind: "constant", type: "index", value: 1024 },
    step: 1,
    loop: "unroll",
    body,
  });
  const kernel = buildKernel("k", [], (k) => k.output("y", "i32", 1));
  const huge = { ...kernel, body: [loop("a", [loop("b", [loop("c", [store])])])] };
  expect(() => emitC([huge], target)).toThrow("Cannot write a kernel in C: it has more than 4000000 characters");
});
