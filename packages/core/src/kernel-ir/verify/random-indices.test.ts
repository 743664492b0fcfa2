import fc from "fast-check";
import { expect, inject, it } from "vitest";
import { buildKernel } from "../kernel-builder.ts";
import { runKernel } from "../run-kernel.ts";
import type { BinaryOperation, Comparison, Expression, Kernel } from "../types.ts";
import { kernelFindings } from "./verify-kernel.ts";

/** An index over names, as a tree that no builder has put in order. */
type Tree =
  | number
  | string
  | { readonly operation: BinaryOperation; readonly left: Tree; readonly right: Tree }
  | {
      readonly comparison: Comparison;
      readonly left: Tree;
      readonly right: Tree;
      readonly yes: Tree;
      readonly no: Tree;
    };

const COMPARISONS: readonly Comparison[] = ["eq", "ge", "gt", "le", "lt", "ne"];

const treeOf = (names: readonly string[]): fc.Arbitrary<Tree> =>
  fc.letrec<{ tree: Tree }>((tie) => ({
    tree: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.constantFrom(...names),
      fc.integer({ min: 0, max: 5 }),
      fc.record({
        operation: fc.constantFrom<BinaryOperation>("add", "add", "sub", "mul", "min", "max", "div", "rem"),
        left: tie("tree"),
        right: tie("tree"),
      }),
      fc.record({
        comparison: fc.constantFrom(...COMPARISONS),
        left: tie("tree"),
        right: tie("tree"),
        yes: tie("tree"),
        no: tie("tree"),
      }),
    ),
  })).tree;

/** The tree with the builder's operations, or as it stands. */
function write(tree: Tree, names: ReadonlyMap<string, Expression>, combine: Combine): Expression {
  if (typeof tree === "number") return { kind: "constant", type: "index", value: tree };
  if (typeof tree === "string") return names.get(tree)!;
  const [left, right] = [write(tree.left, names, combine), write(tree.right, names, combine)];
  if ("operation" in tree) return combine({ kind: "binary", operation: tree.operation, left, right });
  const condition = combine({ kind: "compare", comparison: tree.comparison, left, right });
  return combine({
    kind: "select",
    condition,
    yes: write(tree.yes, names, combine),
    no: write(tree.no, names, combine),
  });
}
type Parts = Extract<Expression, { kind: "binary" | "compare" | "select" }>;
type Combine = (parts: Parts) => Expression;

/** `y[index] = 1` for all i < n and j < m, where the condition holds, if there is one; every third index is stepped over. */
function kernelOf(index: Tree, length: Tree, bound: Tree | undefined, isBuilt: boolean): Kernel {
  return buildKernel("indices", [], (k) => {
    const build: Combine = (parts) => {
      if (parts.kind === "binary") return k[parts.operation](parts.left, parts.right);
      if (parts.kind === "compare") return k[parts.comparison](parts.left, parts.right);
      return k.select(parts.condition, parts.yes, parts.no);
    };
    const combine: Combine = isBuilt ? build : (parts) => parts;
    const names = new Map([
      ["n", k.size("n")],
      ["m", k.size("m")],
    ]);
    const y = k.buffer("y", "i32", write(length, names, combine), "readwrite");
    k.loop("i", names.get("n")!, (i) =>
      k.loop(
        "j",
        names.get("m")!,
        (j) => {
          names.set("i", i).set("j", j);
          const at = k.let("at", write(index, names, combine));
          const store = (): void => k.store(y, at, k.add(k.load(y, at), 1));
          if (bound === undefined) store();
          else k.if(k.and(k.ge(at, 0), k.lt(at, write(bound, names, combine))), store);
        },
        { step: 3 },
      ),
    );
  });
}

const sizes = fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 6 }));
const inner = treeOf(["i", "j", "n", "m"]);
const outer = treeOf(["n", "m"]);

/** Elements of the buffer; a kernel whose buffer is longer is not run. */
const LENGTH = 5000;

/** What a kernel writes; the error where it does what the IR leaves undefined. */
function written(kernel: Kernel, at: readonly number[]): Int32Array | string {
  const y = new Int32Array(LENGTH);
  try {
    runKernel(kernel, [y], at);
  } catch (error) {
    if (!String(error).includes(`Int32Array of ${LENGTH}`)) return String(error);
  }
  return y;
}

it("accepts no kernel that leaves its buffers or divides by 0", () => {
  let accepted = 0;
  const run = fc.property(inner, outer, fc.option(outer, { nil: undefined }), sizes, fc.boolean(), (...drawn) => {
    const [index, length, bound, at, isBuilt] = drawn;
    const kernel = kernelOf(index, length, bound, isBuilt);
    if (kernelFindings(kernel).length > 0) return;
    accepted += 1;
    expect(written(kernel, at)).toBeInstanceOf(Int32Array);
  });
  fc.assert(run, { numRuns: Math.ceil(300 * inject("share")) });
  // few runs vary more
  expect(accepted).toBeGreaterThan(20 * inject("share") ** 2);
});

it("brings indices to a form that gives the same place", () => {
  let compared = 0;
  const run = fc.property(inner, sizes, (index, at) => {
    const plain = written(kernelOf(index, 40, 40, false), at);
    if (typeof plain === "string") return;
    compared += 1;
    expect(written(kernelOf(index, 40, 40, true), at)).toEqual(plain);
  });
  fc.assert(run, { numRuns: Math.ceil(200 * inject("share")) });
  // few runs vary more
  expect(compared).toBeGreaterThan(100 * inject("share") ** 2);
});
