import { attributeOf, type Snapshot, symbolDim, tensorFrom, tensorType } from "@hodu/core";
import { describe, expect, it } from "vitest";
import { expectNoRewrite, expectRewrite } from "../testing/expect-rewrite.ts";
import { ops, runPass } from "../testing/run-pass.ts";
import { type Writer, writeGraph } from "../testing/write-graph.ts";
import { fuseAttention } from "./fuse-attention.ts";

/** x of [2, 3, 8] as 2 heads of 4: Reshape and Transpose. */
const heads = ({ n, i }: Writer, x: string, order: readonly number[]): string =>
  n("Transpose", [n("Reshape", [x, i(2, 3, 2, 4)])], { perm: order });

/** The attention of BERT as PyTorch exports it; `between` makes of the scores what goes into Softmax. */
function bert(between: (w: Writer, scores: string) => string): Snapshot {
  return writeGraph((w) => {
    const [q, k, v] = [w.x(2, 3, 8), w.x(2, 3, 8), w.x(2, 3, 8)];
    const scores = w.n("MatMul", [heads(w, q, [0, 2, 1, 3]), heads(w, k, [0, 2, 3, 1])]);
    const weights = w.n("Softmax", [between(w, scores)], { axis: -1 });
    const context = w.n("MatMul", [weights, heads(w, v, [0, 2, 1, 3])]);
    return w.n("Reshape", [w.n("Transpose", [context], { perm: [0, 2, 1, 3] }), w.i(2, 3, 8)]);
  });
}

const PROJECTIONS = "Reshape Transpose Reshape Reshape Transpose".split(" ");

const fused = (...before: readonly string[]): readonly string[] => [
  ...PROJECTIONS,
  "Transpose",
  ...before,
  "Attention",
  "Transpose",
  "Reshape",
];

const scaleIn = ({ graph }: Snapshot) => attributeOf(graph.nodes.find(({ op }) => op === "Attention")!, "scale")?.value;

describe("fuse-attention", () => {
  it("finds BERT's: a quotient and a mask made of an integer one", async () => {
    const given = bert(({ n, c, builder }, scores) => {
      const mask = builder.weight("mask", tensorFrom("i64", [2, 3], [1, 1, 0, 1, 0, 0]));
      const open = n("Cast", [n("Reshape", [mask, builder.weight("s", tensorFrom("i64", [4], [2, 1, 1, 3]))])], {
        to: 1,
      });
      const bias = n("Mul", [n("Sub", [c(1), open]), c(-10000)]);
      return n("Add", [n("Div", [scores, c(2)]), bias]);
    });
    const expected =
      "Reshape Transpose Reshape Reshape Cast Sub Mul Reshape Transpose Transpose Attention Transpose Reshape";
    const rewritten = await expectRewrite(given, fuseAttention, expected.split(" "));
    expect(scaleIn(rewritten)).toBe(0.5);
  });

  it("finds a vision transformer's, without a mask", async () => {
    const given = bert(({ n, c }, scores) => n("Mul", [scores, c(0.5)]));
    await expectRewrite(given, fuseAttention, fused());
  });

  it("finds scaled_dot_product_attention: query and key times the root of the scale, keys turned by themselves", async () => {
    const given = writeGraph((w) => {
      const { n, c, x } = w;
      const query = n("Mul", [x(1, 2, 3, 4), c(Math.SQRT1_2)]);
      const key = n("Mul", [n("Transpose", [x(1, 2, 5, 4)], { perm: [0, 1, 3, 2] }), c(Math.SQRT1_2)]);
      const scores = n("Add", [n("MatMul", [query, key]), c([3, 5])]);
      return n("MatMul", [n("Softmax", [scores], { axis: -1 }), x(1, 2, 5, 6)]);
    });
    const rewritten = await expectRewrite(given, fuseAttention, ["Attention"]);
    expect(scaleIn(rewritten)).toBeCloseTo(0.5, 6);
  });

  it("finds GPT-2's: where the future is hidden by the lowest number", async () => {
    const given = bert(({ n, c, builder }, scores) => {
      const past = builder.weight("past", tensorFrom("bool", [1, 1, 3, 3], [1, 0, 0, 1, 1, 0, 1, 1, 1]));
      return n("Where", [past, n("Div", [scores, c(2)]), c(-3.4028234663852886e38)]);
    });
    await expectRewrite(given, fuseAttention, fused("Where"));
  });

  it("turns keys that nothing turned", async () => {
    const given = writeGraph(({ n, x }) =>
      n("MatMul", [n("Softmax", [n("MatMul", [x(1, 2, 3, 4), x(1, 2, 4, 5)])]), x(1, 2, 5, 6)]),
    );
    await expectRewrite(given, fuseAttention, ["Transpose", "Attention"]);
  });

  it("leaves masks that may hide all keys of a query, or lack some", async () => {
    const hiding = tensorFrom("f32", [3, 3], new Array<number>(9).fill(Number.NEGATIVE_INFINITY));
    const masks: readonly ((w: Writer, scores: string) => string)[] = [
      ({ n, builder }, scores) => n("Add", [scores, builder.weight("mask", hiding)]),
      ({ n, x }, scores) => n("Add", [scores, x(3, 3)]),
      ({ n, c }, scores) => n("Add", [scores, c([3, 1])]),
      ({ n, c, builder }, scores) =>
        n("Where", [
          builder.weight("past", tensorFrom("bool", [3, 3], new Array<number>(9).fill(1))),
          scores,
          c(-10000),
        ]),
    ];
    for (const mask of masks) await expectNoRewrite(bert(mask), fuseAttention);
  });

  it("leaves Softmax over another axis, heads that MatMul repeats, and scores that others read", async () => {
    const turned = writeGraph(({ n, x }) =>
      n("MatMul", [n("Softmax", [n("MatMul", [x(1, 2, 3, 4), x(1, 2, 4, 3)])], { axis: 2 }), x(1, 2, 3, 6)]),
    );
    await expectNoRewrite(turned, fuseAttention);
    const repeated = writeGraph(({ n, x }) =>
      n("MatMul", [n("Softmax", [n("MatMul", [x(1, 2, 3, 4), x(1, 1, 4, 5)])]), x(1, 2, 5, 6)]),
    );
    await expectNoRewrite(repeated, fuseAttention);
    const read = writeGraph(({ n, x }) => {
      const weights = n("Softmax", [n("MatMul", [x(1, 2, 3, 4), x(1, 2, 4, 5)])]);
      return [weights, n("MatMul", [weights, x(1, 2, 5, 6)])];
    });
    await expectNoRewrite(read, fuseAttention);
  });

  it("leaves scores that a number of higher rank gives one more dim", async () => {
    const given = writeGraph(({ n, x, builder }) => {
      const scale = builder.weight("scale", tensorFrom("f32", [1, 1, 1, 1, 1], [0.5]));
      const scores = n("Mul", [n("MatMul", [x(1, 1, 3, 4), x(1, 1, 4, 5)]), scale]);
      return n("MatMul", [n("Softmax", [scores], { axis: -1 }), x(1, 1, 5, 6)]);
    });
    await expectNoRewrite(given, fuseAttention);
  });

  it("finds it with symbols for batch and length", async () => {
    const given = writeGraph(({ n, c, builder }) => {
      const [q, k, v] = ["q", "k", "v"].map((name) =>
        builder.input(name, tensorType("f32", [symbolDim("batch"), symbolDim("length"), 2, 4])),
      );
      const turn = (x: string, perm: readonly number[]): string => n("Transpose", [x], { perm });
      const scores = n("Div", [n("MatMul", [turn(q, [0, 2, 1, 3]), turn(k, [0, 2, 3, 1])]), c(2)]);
      return n("MatMul", [n("Softmax", [scores]), turn(v, [0, 2, 1, 3])]);
    });
    expect(ops(await runPass(given, fuseAttention))).toContain("Attention");
  });
});
