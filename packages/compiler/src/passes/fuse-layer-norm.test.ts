import { attributeOf } from "@hodu/core";
import { describe, expect, it } from "vitest";
import { expectNoRewrite, expectRewrite } from "../testing/expect-rewrite.ts";
import { type Writer, writeGraph } from "../testing/write-graph.ts";
import { fuseLayerNorm } from "./fuse-layer-norm.ts";
import { fuseRmsNorm } from "./fuse-rms-norm.ts";

const last = { keepdims: 1 } as const;

/** The bare normalisation as PyTorch exported it up to opset 16. */
function torchNorm({ n, c, i }: Writer, x: string, axes: readonly number[] = [-1], epsilon = 1e-5): string {
  const centered = n("Sub", [x, n("ReduceMean", [x, i(...axes)], last)]);
  const variance = n("ReduceMean", [n("Pow", [centered, c(2)]), i(...axes)], last);
  return n("Div", [centered, n("Sqrt", [n("Add", [variance, c(epsilon)])])]);
}

/** The whole as tf2onnx and Keras write it: x * slope + (bias - mean * slope). */
function tensorflowNorm({ n, c, i }: Writer, x: string): string {
  const mean = n("ReduceMean", [x, i(2)], last);
  const centered = n("Sub", [x, mean]);
  const variance = n("ReduceMean", [n("Mul", [centered, centered]), i(2)], last);
  const inverse = n("Reciprocal", [n("Sqrt", [n("Add", [variance, c(0.001)])])]);
  const slope = n("Mul", [inverse, c([4])]);
  return n("Add", [n("Mul", [x, slope]), n("Sub", [c([4]), n("Mul", [mean, slope])])]);
}

describe("fuse-layer-norm", () => {
  it("finds PyTorch's form with scale and bias", async () => {
    const given = writeGraph((w) => w.n("Add", [w.n("Mul", [torchNorm(w, w.x(2, 3, 4)), w.c([4])]), w.c([4])]));
    const { graph } = await expectRewrite(given, fuseLayerNorm, ["LayerNormalization"]);
    const [, norm] = graph.nodes;
    expect(attributeOf(norm, "axis")?.value).toBe(2n);
    expect(attributeOf(norm, "epsilon")?.value).toBe(Math.fround(1e-5));
    expect(norm.inputs.slice(1)).toEqual(graph.weights.map(({ name }) => name));
    expect(norm.origin).toHaveLength(9);
  });

  it("finds TensorFlow's form", async () => {
    const given = writeGraph((w) => tensorflowNorm(w, w.x(2, 3, 4)));
    await expectRewrite(given, fuseLayerNorm, ["LayerNormalization"]);
  });

  it("finds Keras' form with the product before the quotient, and one that subtracts twice", async () => {
    const given = writeGraph((w) => {
      const { n, c, i } = w;
      const x = w.x(2, 3, 4);
      const mean = n("ReduceMean", [x, i(-1)], last);
      const [one, two] = [n("Sub", [x, mean]), n("Sub", [x, mean])];
      const variance = n("ReduceMean", [n("Pow", [two, c(2)]), i(-1)], last);
      const deviation = n("Sqrt", [n("Add", [variance, c(1e-6)])]);
      return n("Add", [n("Div", [n("Mul", [c([4]), one]), deviation]), c([4])]);
    });
    await expectRewrite(given, fuseLayerNorm, ["LayerNormalization"]);
  });

  it("finds one without scale and bias, over several axes", async () => {
    const given = writeGraph((w) => torchNorm(w, w.x(2, 3, 4), [1, 2]));
    const { graph } = await expectRewrite(given, fuseLayerNorm, ["LayerNormalization"]);
    expect(attributeOf(graph.nodes[1], "axis")?.value).toBe(1n);
    expect(graph.weights.map(({ shape }) => shape)).toEqual([[3, 4]]);
  });

  it("leaves the scale and bias outside that are no weights, or make the result larger", async () => {
    const computed = writeGraph((w) => w.n("Mul", [torchNorm(w, w.x(2, 3, 4)), w.x(2, 1, 4)]));
    await expectRewrite(computed, fuseLayerNorm, ["LayerNormalization", "Mul"]);
    const larger = writeGraph((w) => w.n("Mul", [torchNorm(w, w.x(1, 4)), w.c([3, 4])]));
    await expectRewrite(larger, fuseLayerNorm, ["LayerNormalization", "Mul"]);
  });

  it("leaves means over axes that are not the last, differ, or drop their dims", async () => {
    await expectNoRewrite(
      writeGraph((w) => torchNorm(w, w.x(2, 3, 4), [1])),
      fuseLayerNorm,
    );
    const differing = writeGraph(({ n, c, i, x }) => {
      const data = x(3, 3);
      const centered = n("Sub", [data, n("ReduceMean", [data, i(1)], last)]);
      const variance = n("ReduceMean", [n("Pow", [centered, c(2)]), i(0)], last);
      return n("Div", [centered, n("Sqrt", [n("Add", [variance, c(1e-5)])])]);
    });
    await expectNoRewrite(differing, fuseLayerNorm);
    const dropped = writeGraph(({ n, c, i, x }) => {
      const data = x(3, 3);
      const centered = n("Sub", [data, n("ReduceMean", [data, i(1)], { keepdims: 0 })]);
      const variance = n("ReduceMean", [n("Pow", [centered, c(2)]), i(1)], { keepdims: 0 });
      return n("Div", [centered, n("Sqrt", [n("Add", [variance, c(1e-5)])])]);
    });
    await expectNoRewrite(dropped, fuseLayerNorm);
  });

  it("leaves one whose mean is an output, and one whose epsilon is negative", async () => {
    const read = writeGraph((w) => {
      const norm = torchNorm(w, w.x(2, 4));
      return [norm, w.builder.graph().nodes[1].outputs[0]];
    });
    await expectNoRewrite(read, fuseLayerNorm);
    await expectNoRewrite(
      writeGraph((w) => torchNorm(w, w.x(2, 4), [-1], -1e-5)),
      fuseLayerNorm,
    );
  });
});

describe("fuse-rms-norm", () => {
  const square = ({ n, c, i }: Writer, x: string): string =>
    n("Add", [n("ReduceMean", [n("Pow", [x, c(2)]), i(-1)], last), c(1e-6)]);

  it("finds the form of Llama and T5: weight * (x * rsqrt(mean(x^2) + epsilon))", async () => {
    const given = writeGraph((w) => {
      const x = w.x(2, 3, 4);
      const inverse = w.n("Div", [w.c(1), w.n("Sqrt", [square(w, x)])]);
      return w.n("Mul", [w.c([4]), w.n("Mul", [x, inverse])]);
    });
    await expectRewrite(given, fuseRmsNorm, ["RMSNormalization"]);
  });

  it("finds a quotient without a weight, and a power of -0.5", async () => {
    const quotient = writeGraph((w) => {
      const x = w.x(3, 4);
      return w.n("Div", [x, w.n("Sqrt", [square(w, x)])]);
    });
    await expectRewrite(quotient, fuseRmsNorm, ["RMSNormalization"]);
    const power = writeGraph((w) => {
      const x = w.x(3, 4);
      return w.n("Mul", [w.n("Mul", [w.n("Pow", [square(w, x), w.c(-0.5)]), x]), w.c([4])]);
    });
    await expectRewrite(power, fuseRmsNorm, ["RMSNormalization"]);
  });

  it("leaves one that divides another value than it squares", async () => {
    const given = writeGraph((w) => w.n("Div", [w.x(3, 4), w.n("Sqrt", [square(w, w.x(3, 4))])]));
    await expectNoRewrite(given, fuseRmsNorm);
  });
});
