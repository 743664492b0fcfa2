import { GraphBuilder, type Snapshot, symbolDim, type Tensor, tensorFrom, tensorType } from "@hodu/core";

/** Numbers between -1 and 1 in any shape. */
export const wave = (shape: readonly number[]): Tensor =>
  tensorFrom(
    "f32",
    shape,
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(1 + 3 * i)),
  );

/** A small network over images: convolution with a border, pool, product, softmax. */
export function batchedNetwork(): Snapshot {
  const graph = new GraphBuilder("network");
  const x = graph.input("x", tensorType("f32", [symbolDim("batch"), 2, 6, 6]));
  const conv = graph.node("Conv", [x, graph.weight("w", wave([4, 2, 3, 3]))], { pads: [1, 1, 1, 1] })[0];
  const pool = graph.node("MaxPool", [graph.node("Relu", [conv])[0]], { kernel_shape: [2, 2], strides: [2, 2] })[0];
  const flat = graph.node("Flatten", [pool])[0];
  const product = graph.node("Gemm", [flat, graph.weight("m", wave([36, 5])), graph.weight("b", wave([5]))])[0];
  graph.output(graph.node("Softmax", [product], { axis: -1 })[0]);
  return graph.build();
}

/** One layer of attention over rows of a batch, `length` of them or a symbol. */
export function batchedAttention(length: number | string): Snapshot {
  const graph = new GraphBuilder("attention");
  const rows = typeof length === "string" ? symbolDim(length) : length;
  const x = graph.input("x", tensorType("f32", [symbolDim("batch"), rows, 8]));
  const [q, k, v] = ["q", "k", "v"].map((name) => graph.node("MatMul", [x, graph.weight(name, wave([8, 8]))])[0]);
  const scores = graph.node("MatMul", [q, graph.node("Transpose", [k], { perm: [0, 2, 1] })[0]])[0];
  const weights = graph.node("Softmax", [scores], { axis: -1 })[0];
  graph.output(graph.node("Add", [x, graph.node("MatMul", [weights, v])[0]])[0]);
  return graph.build();
}
