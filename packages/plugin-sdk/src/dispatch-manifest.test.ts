import { GraphBuilder, symbolDim, tensorFrom, tensorType } from "@hodu/core";
import { expect, it } from "vitest";
import { buildMetadata, dispatchManifest, opToKernelName } from "./dispatch-manifest.ts";
import { SDK_VERSION } from "./version.ts";

function product() {
  const builder = new GraphBuilder("g");
  const x = builder.input("x", tensorType("f16", [symbolDim("n"), 2]));
  const [y] = builder.node("MatMul", [x, builder.weight("w", tensorFrom("f16", [2, 3], [1, 2, 3, 4, 5, 6]))]);
  const [shape] = builder.node("Shape", [y], {}, { outputs: ["s"] });
  builder.output(shape);
  return builder.build();
}

it("lists what a model takes, gives and calls, in the order of its graph (H-280, H-281)", () => {
  const { inputs, outputs, weights, kernels } = dispatchManifest(product(), "npu_");
  expect(inputs).toEqual([{ name: "x", dtype: "f16", shape: [symbolDim("n"), 2] }]);
  expect(outputs).toEqual([{ name: "s", dtype: "i64", shape: [2] }]);
  expect(weights).toEqual([{ name: "w", dtype: "f16", shape: [2, 3] }]);
  expect(kernels.map(({ kernel }) => kernel)).toEqual(["npu_matmul_f16", "npu_shape_i64"]);
});

it("names kernels by operator and dtype (H-282)", () => {
  expect(opToKernelName("Add", "f32", "hodu_")).toBe("hodu_add_f32");
  expect(opToKernelName("SequenceEmpty", undefined, "")).toBe("sequenceempty_any");
});

it("says with which SDK a file was built (H-033)", () => {
  expect(JSON.parse(buildMetadata(product()))).toMatchObject({
    sdk: SDK_VERSION,
    kernels: [{ operator: "MatMul" }, {}],
  });
});
