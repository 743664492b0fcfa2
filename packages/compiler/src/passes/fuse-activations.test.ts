import { attributeOf } from "@hodu/core";
import { describe, expect, it } from "vitest";
import { expectNoRewrite, expectRewrite } from "../testing/expect-rewrite.ts";
import { type Writer, writeGraph } from "../testing/write-graph.ts";
import { fuseHardSwish } from "./fuse-hard-swish.ts";
import { fuseSoftmax } from "./fuse-softmax.ts";
import { fuseSwish } from "./fuse-swish.ts";

describe("fuse-swish", () => {
  it("finds SiLU as PyTorch and YOLO models have it", async () => {
    const given = writeGraph(({ n, x }) => {
      const data = x(2, 5);
      return n("Mul", [data, n("Sigmoid", [data])]);
    });
    await expectRewrite(given, fuseSwish, ["Swish"]);
  });

  it("finds the quick GELU of CLIP: x * sigmoid(1.702 * x)", async () => {
    const given = writeGraph(({ n, c, x }) => {
      const data = x(2, 5);
      return n("Mul", [data, n("Sigmoid", [n("Mul", [data, c(1.702)])])]);
    });
    const { graph } = await expectRewrite(given, fuseSwish, ["Swish"]);
    expect(attributeOf(graph.nodes[1], "alpha")?.value).toBe(Math.fround(1.702));
  });

  it("finds sigmoids that are written out, and Mish", async () => {
    const out = writeGraph(({ n, c, x }) => {
      const data = x(2, 5);
      const denominator = n("Add", [c(1), n("Exp", [n("Neg", [data])])]);
      return [n("Div", [c(1), denominator])];
    });
    await expectRewrite(out, fuseSwish, ["Sigmoid"]);
    const mish = writeGraph(({ n, x }) => {
      const data = x(2, 5);
      return n("Mul", [data, n("Tanh", [n("Softplus", [data])])]);
    });
    await expectRewrite(mish, fuseSwish, ["Mish"]);
  });

  it("leaves gates: a product with the sigmoid of another value", async () => {
    const given = writeGraph(({ n, x }) => n("Mul", [x(2, 5), n("Sigmoid", [x(2, 5)])]));
    await expectNoRewrite(given, fuseSwish);
  });

  it("leaves factors that differ from element to element", async () => {
    const given = writeGraph(({ n, c, x }) => {
      const data = x(2, 5);
      return n("Mul", [data, n("Sigmoid", [n("Mul", [data, c([5])])])]);
    });
    await expectNoRewrite(given, fuseSwish);
  });
});

describe("fuse-hard-swish", () => {
  const relu6 = ({ n, c }: Writer, x: string, by = 3): string => n("Clip", [n("Add", [x, c(by)]), c(0), c(6)]);

  it("finds the forms of PyTorch and TensorFlow", async () => {
    const torch = writeGraph((w) => {
      const x = w.x(2, 5);
      return w.n("Div", [w.n("Mul", [x, relu6(w, x)]), w.c(6)]);
    });
    await expectRewrite(torch, fuseHardSwish, ["HardSwish"]);
    const tensorflow = writeGraph((w) => {
      const x = w.x(2, 5);
      const cut = w.n("Min", [w.n("Relu", [w.n("Add", [x, w.c(3)])]), w.c(6)]);
      return w.n("Mul", [x, w.n("Mul", [cut, w.c(1 / 6)])]);
    });
    await expectRewrite(tensorflow, fuseHardSwish, ["HardSwish"]);
    const twoNodes = writeGraph(({ n, x }) => {
      const data = x(2, 5);
      return n("Mul", [data, n("HardSigmoid", [data], { alpha: 1 / 6, beta: 0.5 })]);
    });
    await expectRewrite(twoNodes, fuseHardSwish, ["HardSwish"]);
  });

  it("finds hard sigmoid, and leaves other slopes and offsets", async () => {
    await expectRewrite(
      writeGraph((w) => w.n("Div", [relu6(w, w.x(2, 5)), w.c(6)])),
      fuseHardSwish,
      ["HardSigmoid"],
    );
    await expectNoRewrite(
      writeGraph((w) => w.n("Div", [relu6(w, w.x(2, 5), 2.5), w.c(6)])),
      fuseHardSwish,
    );
    const keras = writeGraph(({ n, x }) => {
      const data = x(2, 5);
      return n("Mul", [data, n("HardSigmoid", [data])]);
    });
    await expectNoRewrite(keras, fuseHardSwish);
  });
});

describe("fuse-softmax", () => {
  const parts = ({ n, i }: Writer, x: string, axes: readonly [number, number]) => {
    const below = n("Sub", [x, n("ReduceMax", [x, i(axes[0])], { keepdims: 1 })]);
    const exponential = n("Exp", [below]);
    return { below, exponential, sum: n("ReduceSum", [exponential, i(axes[1])], { keepdims: 1 }) };
  };

  it("finds Softmax and LogSoftmax over an axis", async () => {
    const softmax = writeGraph((w) => {
      const { exponential, sum } = parts(w, w.x(2, 3, 4), [1, -2]);
      return w.n("Div", [exponential, sum]);
    });
    const { graph } = await expectRewrite(softmax, fuseSoftmax, ["Softmax"]);
    expect(attributeOf(graph.nodes[1], "axis")?.value).toBe(1n);
    const logarithm = writeGraph((w) => {
      const { below, sum } = parts(w, w.x(2, 3, 4), [2, 2]);
      return w.n("Sub", [below, w.n("Log", [sum])]);
    });
    await expectRewrite(logarithm, fuseSoftmax, ["LogSoftmax"]);
  });

  it("leaves sums over another axis than the maximum's, and exponentials that may overflow", async () => {
    const other = writeGraph((w) => {
      const { exponential, sum } = parts(w, w.x(3, 3), [0, 1]);
      return w.n("Div", [exponential, sum]);
    });
    await expectNoRewrite(other, fuseSoftmax);
    const raw = writeGraph(({ n, i, x }) => {
      const exponential = n("Exp", [x(3, 3)]);
      return n("Div", [exponential, n("ReduceSum", [exponential, i(1)], { keepdims: 1 })]);
    });
    await expectNoRewrite(raw, fuseSoftmax);
  });
});
