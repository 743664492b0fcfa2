import { attributeOf, type Tensor, tensorFrom } from "@hodu/core";
import { describe, expect, it } from "vitest";
import { expectNoRewrite, expectRewrite } from "../../testing/expect-rewrite.ts";
import { ops, runPass } from "../../testing/run-pass.ts";
import { resultDifference } from "../../testing/same-results.ts";
import { type Writer, writeGraph } from "../../testing/write-graph.ts";
import { deadCode } from "../dead-code.ts";
import { dequantizeWeights } from "../dequantize-weights.ts";
import { foldQuantization } from "../fold-quantization.ts";
import { foldQuantizedMoves } from "../fold-quantized-moves.ts";

let count = 0;
const weight = ({ builder }: Writer, value: Tensor): string => builder.weight(`w${count++}`, value);
const scaleOf = (...values: readonly number[]): Tensor =>
  tensorFrom("f32", values.length === 1 ? [] : [values.length], values);
const zeroOf = (dtype: "u8" | "i8", value: number): Tensor => tensorFrom(dtype, [], [value]);

const quantize = (w: Writer, x: string, scale: number, zero: Tensor): string =>
  w.n("QuantizeLinear", [x, weight(w, scaleOf(scale)), weight(w, zero)]);
const dequantize = (w: Writer, x: string, scale: number, zero: Tensor): string =>
  w.n("DequantizeLinear", [x, weight(w, scaleOf(scale)), weight(w, zero)]);
/** A value of floats that were integers, as static quantisation of ONNX Runtime writes it. */
const through = (w: Writer, x: string, scale = 0.02, zero = zeroOf("u8", 128)): string =>
  dequantize(w, quantize(w, x, scale, zero), scale, zero);

const numbersTo = (size: number): number[] => Array.from({ length: size }, (_, i) => ((i * 37) % 101) - 50);

/** A Conv of 3 filters with a scale for each, and a bias of i32. */
function conv(w: Writer, biasScale = 0.02): string {
  const scales = [0.01, 0.02, 0.005];
  const filters = weight(w, tensorFrom("i8", [3, 2, 1, 1], numbersTo(6)));
  const kernel = w.n("DequantizeLinear", [filters, weight(w, scaleOf(...scales))], { axis: 0 });
  const biasScales = weight(w, scaleOf(...scales.map((scale) => Math.fround(scale) * Math.fround(biasScale))));
  const bias = w.n("DequantizeLinear", [weight(w, tensorFrom("i32", [3], [100, -50, 7])), biasScales], { axis: 0 });
  return w.n("Conv", [through(w, w.x(1, 2, 4, 4)), kernel, bias]);
}

describe("fold-quantization", () => {
  it("makes QLinearConv of a Conv between DequantizeLinear and QuantizeLinear, a Relu before a zero point of 0 included", async () => {
    const zero = zeroOf("u8", 0);
    const given = writeGraph((w) => dequantize(w, quantize(w, w.n("Relu", [conv(w)]), 0.0113, zero), 0.0113, zero));
    const folded = await runPass(await runPass(given, foldQuantization), deadCode);
    expect(ops(folded)).toEqual(["Identity", "QuantizeLinear", "QLinearConv", "DequantizeLinear"]);
    expect(resultDifference(folded, given)).toBeUndefined();
  });

  it("makes QLinearMatMul, with scales for columns", async () => {
    const given = writeGraph((w) => {
      const columns = weight(w, tensorFrom("i8", [4, 3], numbersTo(12)));
      const b = w.n("DequantizeLinear", [columns, weight(w, scaleOf(0.01, 0.02, 0.005))], { axis: 1 });
      return quantize(w, w.n("MatMul", [through(w, w.x(2, 4)), b]), 0.0217, zeroOf("i8", -3));
    });
    const folded = await runPass(await runPass(given, foldQuantization), deadCode);
    expect(ops(folded)).toEqual(["Identity", "QuantizeLinear", "QLinearMatMul"]);
    expect(resultDifference(folded, given)).toBeUndefined();
  });

  it("leaves a bias of another scale, a Relu that cuts elsewhere, and a result that others read as floats", async () => {
    await expectNoRewrite(
      writeGraph((w) => quantize(w, conv(w, 0.03), 0.01, zeroOf("u8", 128))),
      foldQuantization,
    );
    await expectNoRewrite(
      writeGraph((w) => quantize(w, w.n("Relu", [conv(w)]), 0.01, zeroOf("u8", 128))),
      foldQuantization,
    );
    const read = writeGraph((w) => {
      const made = conv(w);
      return [quantize(w, made, 0.01, zeroOf("u8", 128)), made];
    });
    await expectNoRewrite(read, foldQuantization);
  });
});

describe("fold-quantized-moves", () => {
  it("lets MaxPool, Transpose and Reshape work on integers, bit by bit", async () => {
    const given = writeGraph((w) => {
      const pooled = through(
        w,
        w.n("MaxPool", [through(w, w.x(1, 2, 4, 4))], { kernel_shape: [2, 2], strides: [2, 2] }),
      );
      const turned = through(w, w.n("Transpose", [pooled], { perm: [0, 2, 3, 1] }));
      return through(w, w.n("Reshape", [turned, w.i(1, 8)]));
    });
    const { graph } = await runPass(await runPass(given, foldQuantizedMoves), deadCode);
    const wanted = "Identity QuantizeLinear MaxPool Transpose Reshape DequantizeLinear";
    expect(graph.nodes.map(({ op }) => op).join(" ")).toBe(wanted);
    expect(attributeOf(graph.nodes[3], "perm")?.value).toEqual([0n, 2n, 3n, 1n]);
    const all =
      "QuantizeLinear DequantizeLinear MaxPool DequantizeLinear Transpose DequantizeLinear Reshape DequantizeLinear";
    await expectRewrite(given, foldQuantizedMoves, all.split(" "));
  });

  it("leaves what changes its scale, operators that compute, and integers that the operator does not take", async () => {
    const rescaled = writeGraph((w) =>
      quantize(w, w.n("Reshape", [through(w, w.x(2, 3)), w.i(6)]), 0.03, zeroOf("u8", 128)),
    );
    await expectNoRewrite(rescaled, foldQuantizedMoves);
    const zero = tensorFrom("i16", [], [0]);
    const wide = writeGraph((w) =>
      quantize(w, w.n("MaxPool", [through(w, w.x(1, 2, 4, 4), 0.02, zero)], { kernel_shape: [2, 2] }), 0.02, zero),
    );
    await expectNoRewrite(wide, foldQuantizedMoves);
    const computed = writeGraph((w) => quantize(w, w.n("Neg", [through(w, w.x(2, 3))]), 0.02, zeroOf("u8", 128)));
    await expectNoRewrite(computed, foldQuantizedMoves);
  });
});

describe("dequantize-weights", () => {
  it("puts floats for a weight, and leaves values and large weights", async () => {
    const given = writeGraph((w) => conv(w));
    const { graph } = await expectRewrite(given, dequantizeWeights, ["QuantizeLinear", "DequantizeLinear", "Conv"]);
    expect(graph.weights.filter(({ dtype }) => dtype === "i8" || dtype === "i32")).toEqual([]);
    const large = writeGraph((w) => {
      const numbers = tensorFrom("i8", [2049, 2048], new Array<number>(2049 * 2048).fill(1));
      return w.n("DequantizeLinear", [weight(w, numbers), weight(w, scaleOf(1))]);
    });
    await expectNoRewrite(large, dequantizeWeights);
  });
});
