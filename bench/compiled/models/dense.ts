import type { Snapshot } from "@hodu/core";
import { Network } from "./network.ts";

/** Two layers, as for handwritten digits: 784-512-10, batch 1. */
export function mlp(): Snapshot {
  const net = new Network("mlp");
  const x = net.input("x", [1, 784]);
  const hidden = net.node("Relu", [net.node("Gemm", [x, net.weight([784, 512], 784), net.weight([512], 512)])]);
  const scores = net.node("Gemm", [hidden, net.weight([512, 10], 512), net.weight([10], 10)]);
  return net.finish(net.node("Softmax", [scores]));
}

/** One product of two square matrices, the right one a weight. */
export function gemm(size: number): Snapshot {
  const net = new Network(`gemm${size}`);
  return net.finish(net.node("MatMul", [net.input("x", [size, size]), net.weight([size, size], size)]));
}
