import type { Snapshot } from "@hodu/core";
import { Network } from "./network.ts";

/** Layers of transformers as exporters write them: LayerNormalization and GELU taken apart. */
class Layers extends Network {
  linear(x: string, from: number, to: number): string {
    return this.node("Add", [this.node("MatMul", [x, this.weight([from, to], from)]), this.weight([to], to)]);
  }

  layerNorm(x: string, width: number): string {
    const centred = this.node("Sub", [x, this.#mean(x)]);
    const variance = this.#mean(this.node("Pow", [centred, this.constant(2)]));
    const deviation = this.node("Sqrt", [this.node("Add", [variance, this.constant(1e-5)])]);
    const scaled = this.node("Mul", [this.node("Div", [centred, deviation]), this.scales(width, 0.5)]);
    return this.node("Add", [scaled, this.weight([width], width)]);
  }

  gelu(x: string): string {
    const error = this.node("Erf", [this.node("Div", [x, this.constant(Math.SQRT2)])]);
    const gated = this.node("Mul", [x, this.node("Add", [error, this.constant(1)])]);
    return this.node("Mul", [gated, this.constant(0.5)]);
  }

  feedForward(x: string, width: number): string {
    return this.linear(this.gelu(this.linear(x, width, 4 * width)), 4 * width, width);
  }

  /** [1, length, width] to [1, heads, length, width / heads]. */
  heads(x: string, length: number, count: number, width: number): string {
    const split = this.node("Reshape", [x, this.integers([1, length, count, width / count])]);
    return this.node("Transpose", [split], { perm: [0, 2, 1, 3] });
  }

  merge(x: string, length: number, width: number): string {
    const together = this.node("Transpose", [x], { perm: [0, 2, 1, 3] });
    return this.node("Reshape", [together, this.integers([1, length, width])]);
  }

  /** Queries, keys and values as [1, heads, length, size]. */
  attend(query: string, key: string, value: string, size: number): string {
    const scores = this.node("MatMul", [query, this.node("Transpose", [key], { perm: [0, 1, 3, 2] })]);
    const scaled = this.node("Div", [scores, this.constant(Math.sqrt(size))]);
    return this.node("MatMul", [this.node("Softmax", [scaled], { axis: -1 }), value]);
  }

  #mean(x: string): string {
    return this.node("ReduceMean", [x, this.integers([-1])], { keepdims: 1 });
  }
}

/** The encoder of a small BERT: 6 layers, 384 wide, 12 heads, 128 tokens (embedded). */
export function bertEncoder(): Snapshot {
  const [layers, width, count, length] = [6, 384, 12, 128];
  const net = new Layers("bert");
  let x = net.input("x", [1, length, width]);
  for (let i = 0; i < layers; i++) {
    const [query, key, value] = [0, 1, 2].map(() => net.heads(net.linear(x, width, width), length, count, width));
    const attended = net.merge(net.attend(query, key, value, width / count), length, width);
    x = net.layerNorm(net.node("Add", [x, net.linear(attended, width, width)]), width);
    x = net.layerNorm(net.node("Add", [x, net.feedForward(x, width)]), width);
  }
  return net.finish(x);
}

/** One step of a GPT decoder: 12 layers, 768 wide, 12 heads; a token (embedded) and 511 keys and values from before. */
export function gptStep(): Snapshot {
  const [layers, width, count, past] = [12, 768, 12, 511];
  const net = new Layers("gpt-step");
  const size = width / count;
  let x = net.input("x", [1, 1, width]);
  const caches: string[] = [];
  for (let i = 0; i < layers; i++) {
    const normed = net.layerNorm(x, width);
    const [query, newKey, newValue] = [0, 1, 2].map(() => net.heads(net.linear(normed, width, width), 1, count, width));
    const [key, value] = [
      [`key${i}`, newKey],
      [`value${i}`, newValue],
    ].map(([name, now]) => net.node("Concat", [net.input(name, [1, count, past, size]), now], { axis: 2 }));
    caches.push(key, value);
    const attended = net.merge(net.attend(query, key, value, size), 1, width);
    x = net.node("Add", [x, net.linear(attended, width, width)]);
    x = net.node("Add", [x, net.feedForward(net.layerNorm(x, width), width)]);
  }
  return net.finish(net.layerNorm(x, width), ...caches);
}
