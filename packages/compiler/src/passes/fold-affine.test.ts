import { tensorFrom } from "@hodu/core";
import { describe, expect, it } from "vitest";
import { expectNoRewrite, expectRewrite } from "../testing/expect-rewrite.ts";
import { type Writer, writeGraph } from "../testing/write-graph.ts";
import { expandBatchNorm } from "./expand-batch-norm.ts";
import { foldAffine } from "./fold-affine.ts";

const batchNorm = ({ n, c }: Writer, x: string, channels: number): string =>
  n("BatchNormalization", [x, ...[1, 2, 3, 4].map(() => c([channels]))], { epsilon: 1e-3 });

describe("fold-affine", () => {
  it("folds BatchNormalization into Conv without a bias, as PyTorch exports ResNet in training mode (H-145)", async () => {
    const given = writeGraph((w) =>
      w.n("Relu", [batchNorm(w, w.n("Conv", [w.x(1, 2, 5, 5), w.c([3, 2, 3, 3])], { pads: [1, 1, 1, 1] }), 3)]),
    );
    const { graph } = await expectRewrite(given, foldAffine, ["Conv", "Relu"]);
    expect(graph.weights.map(({ shape }) => shape)).toEqual([[3, 2, 3, 3], [3]]);
    expect(graph.nodes[1].origin).toHaveLength(2);
  });

  it("folds into the bias of Conv, grouped and depthwise too", async () => {
    const given = writeGraph((w) =>
      batchNorm(w, w.n("Conv", [w.x(1, 4, 6), w.c([4, 1, 3]), w.c([4])], { group: 4 }), 4),
    );
    await expectRewrite(given, foldAffine, ["Conv"]);
  });

  it("folds into ConvTranspose with groups, whose filters lie on axis 1", async () => {
    const given = writeGraph((w) =>
      batchNorm(
        w,
        w.n("ConvTranspose", [w.x(1, 4, 3, 3), w.c([4, 3, 2, 2]), w.c([6])], { group: 2, strides: [2, 2] }),
        6,
      ),
    );
    await expectRewrite(given, foldAffine, ["ConvTranspose"]);
  });

  it("folds into Gemm: turned or not, with alpha, and beta times its bias", async () => {
    for (const transB of [0, 1]) {
      const given = writeGraph((w) => {
        const weight = w.c(transB === 1 ? [5, 4] : [4, 5]);
        return batchNorm(w, w.n("Gemm", [w.x(2, 4), weight, w.c([1, 5])], { transB, alpha: 0.5, beta: 2 }), 5);
      });
      await expectRewrite(given, foldAffine, ["Gemm"]);
    }
  });

  it("folds into MatMul, with an Add for what is left", async () => {
    const given = writeGraph((w) => batchNorm(w, w.n("MatMul", [w.x(2, 4), w.c([4, 5])]), 5));
    await expectRewrite(given, foldAffine, ["MatMul", "Add"]);
    const scaled = writeGraph((w) =>
      w.n("Div", [w.n("Add", [w.c([5]), w.n("MatMul", [w.x(2, 3, 4), w.c([4, 5])])]), w.c(8)]),
    );
    await expectRewrite(scaled, foldAffine, ["MatMul", "Add"]);
  });

  it("folds chains of arithmetic with constants of each channel", async () => {
    const given = writeGraph((w) => {
      const conv = w.n("Conv", [w.x(1, 2, 4, 4), w.c([3, 2, 1, 1])]);
      const shifted = w.n("Sub", [w.c([1, 3, 1, 1]), w.n("Add", [conv, w.c([3, 1, 1])])]);
      return batchNorm(w, w.n("Div", [w.n("Mul", [w.c(0.5), shifted]), w.c([3, 1, 1])]), 3);
    });
    await expectRewrite(given, foldAffine, ["Conv"]);
  });

  it("keeps the weight as it is where there is but a sum", async () => {
    const given = writeGraph((w) => w.n("Add", [w.n("Conv", [w.x(1, 2, 4), w.c([3, 2, 1])]), w.c([3, 1])]));
    const { graph } = await expectRewrite(given, foldAffine, ["Conv"]);
    expect(graph.nodes[1].inputs[1]).toBe(given.graph.nodes[1].inputs[1]);
    await expectNoRewrite(
      writeGraph((w) => w.n("Add", [w.n("MatMul", [w.x(2, 4), w.c([4, 5])]), w.c([5])])),
      foldAffine,
    );
  });

  it("leaves constants along other axes, and those that make the result larger", async () => {
    const conv = (w: Writer): string => w.n("Conv", [w.x(1, 2, 3, 3), w.c([3, 2, 1, 1])]);
    for (const shape of [[3], [1, 3, 3], [2, 3, 1, 1], [1, 1, 3, 1, 1]]) {
      await expectNoRewrite(
        writeGraph((w) => w.n("Mul", [conv(w), w.c(shape)])),
        foldAffine,
      );
    }
  });

  it("leaves a Conv that is read elsewhere, shares its weight, or is trained", async () => {
    const read = writeGraph((w) => {
      const conv = w.n("Conv", [w.x(1, 2, 3), w.c([3, 2, 1])]);
      return [batchNorm(w, conv, 3), conv];
    });
    await expectNoRewrite(read, foldAffine);
    const shared = writeGraph((w) => {
      const weight = w.c([3, 2, 1]);
      return [0, 1].map(() => batchNorm(w, w.n("Conv", [w.x(1, 2, 3), weight]), 3));
    });
    await expectNoRewrite(shared, foldAffine);
    const trained = writeGraph((w) => {
      const conv = w.n("Conv", [w.x(1, 2, 3), w.c([3, 2, 1])]);
      return w.n("BatchNormalization", [conv, ...[1, 2, 3, 4].map(() => w.c([3]))], { training_mode: 1 });
    });
    await expectNoRewrite(trained, foldAffine);
  });

  it("leaves what would overflow, divides by zero, or subtracts a mean that is far larger than the deviation", async () => {
    const conv = (w: Writer): string => w.n("Conv", [w.x(1, 2, 3), w.c([3, 2, 1])]);
    for (const [op, value] of [
      ["Mul", 3e38],
      ["Div", 0],
      ["Mul", 1e-42],
    ] as const) {
      const given = writeGraph((w) =>
        w.n("Mul", [w.n(op, [conv(w), w.c(value)]), w.c(op === "Mul" && value > 1 ? 2 : 1)]),
      );
      await expectNoRewrite(given, foldAffine);
    }
    const distant = writeGraph((w) => {
      const mean = w.builder.weight("mean", tensorFrom("f32", [3], [1e6, 1e6, 1e6]));
      return w.n("BatchNormalization", [conv(w), w.c([3]), w.c([3]), mean, w.c([3])]);
    });
    await expectNoRewrite(distant, foldAffine);
  });
});

describe("expand-batch-norm", () => {
  it("makes a product and a sum of constants", async () => {
    const given = writeGraph((w) => batchNorm(w, w.x(2, 3, 4, 4), 3));
    const { graph } = await expectRewrite(given, expandBatchNorm, ["Mul", "Add"]);
    expect(graph.weights.map(({ shape }) => shape)).toEqual([
      [3, 1, 1],
      [3, 1, 1],
    ]);
  });

  it("leaves one whose moments are not constants", async () => {
    const given = writeGraph((w) => w.n("BatchNormalization", [w.x(2, 3), w.c([3]), w.c([3]), w.x(3), w.c([3])]));
    await expectNoRewrite(given, expandBatchNorm);
  });
});
