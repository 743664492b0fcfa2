import { GraphBuilder, type Snapshot, type Tensor, tensorFrom, tensorOf, tensorType } from "@hodu/core";

/** A graph in the making with random weights, the same ones for the same calls. */
export class Network {
  readonly graph: GraphBuilder;
  #state = 1;
  #count = 0;

  constructor(name: string) {
    this.graph = new GraphBuilder(name);
  }

  input(name: string, shape: readonly number[]): string {
    return this.graph.input(name, tensorType("f32", shape));
  }

  /** Numbers of deviation 1 / sqrt(fanIn), so that values neither grow nor vanish from layer to layer. */
  weight(shape: readonly number[], fanIn: number): string {
    return this.#named(this.random(shape, Math.sqrt(3 / fanIn)));
  }

  /** Numbers in [low, low + 1). */
  scales(length: number, low: number): string {
    return this.#named(this.random([length], 0.5, low + 0.5));
  }

  constant(value: number): string {
    return this.#named(tensorFrom("f32", [], [value]));
  }

  integers(values: readonly number[]): string {
    return this.#named(tensorFrom("i64", [values.length], values));
  }

  floats(values: readonly number[]): string {
    return this.#named(tensorFrom("f32", [values.length], values));
  }

  /** The first output of a node. */
  node(op: string, inputs: readonly string[], attributes: Parameters<GraphBuilder["node"]>[2] = {}): string {
    return this.graph.node(op, inputs, attributes)[0];
  }

  finish(...outputs: readonly string[]): Snapshot {
    for (const output of outputs) this.graph.output(output);
    return this.graph.build();
  }

  /** Uniform numbers in middle +- spread. */
  random(shape: readonly number[], spread: number, middle = 0): Tensor {
    const data = new Float32Array(shape.reduce((product, dim) => product * dim, 1));
    for (let i = 0; i < data.length; i++) {
      this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
      data[i] = middle + spread * (this.#state / 2 ** 31 - 1);
    }
    return tensorOf("f32", shape, data);
  }

  #named(tensor: Tensor): string {
    return this.graph.weight(`w${this.#count++}`, tensor);
  }
}
