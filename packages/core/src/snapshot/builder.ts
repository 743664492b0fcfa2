import { HoduError } from "../errors/hodu-error.ts";
import { quote } from "../errors/quote.ts";
import { makeAttributes, type PlainAttribute } from "../operators/make-attributes.ts";
import { operatorOf } from "../operators/lookup.ts";
import { bytesOfTensor } from "../tensors/bytes.ts";
import type { Tensor } from "../tensors/tensor.ts";
import type { ValueType } from "../tensors/values.ts";
import type { Graph, GraphInput, GraphOutput, Node, Snapshot, Weight, WeightStore } from "./types.ts";
import { verifySnapshot } from "./verify.ts";

/** What the builders of a graph and of its subgraphs share. */
interface Shared {
  readonly stores: WeightStore[];
  readonly names: Set<string>;
}

/** What a node has beside its operator, inputs and attributes. */
export interface NodeOptions {
  readonly domain?: string;
  /** Default: the operator's name and a number. */
  readonly name?: string;
  /** Names of the outputs, or how many; default 1. */
  readonly outputs?: number | readonly string[];
}

/**
 * Builds a Snapshot node by node. Values are named by strings.
 *
 * @example
 * ```js
 * import { GraphBuilder, loadModel, symbolDim, tensorType } from "hodu";
 *
 * const graph = new GraphBuilder("double");
 * const x = graph.input("x", tensorType("f32", [symbolDim("n")]));
 * const [y] = graph.node("Add", [x, x], {}, { outputs: ["y"] });
 * graph.output(y);
 * const model = await loadModel(graph.build());
 * console.log((await model.run({ x: [1, 2] })).y.data);
 * ```
 * ```text
 * Float32Array(2) [ 2, 4 ]
 * ```
 */
export class GraphBuilder {
  readonly #name: string;
  readonly #shared: Shared;
  readonly #inputs: GraphInput[] = [];
  readonly #outputs: GraphOutput[] = [];
  readonly #weights: Weight[] = [];
  readonly #nodes: Node[] = [];

  constructor(name: string, shared: Shared = { stores: [], names: new Set() }) {
    this.#name = name;
    this.#shared = shared;
  }

  /** A builder for a subgraph of one of this graph's nodes: If's branches, the bodies of Loop and Scan. Finish it with `graph()`. */
  subgraph(name: string): GraphBuilder {
    return new GraphBuilder(name, this.#shared);
  }

  /** Declares an input. With `initial`, a caller may leave it out. */
  input(name: string, type: ValueType | undefined, initial?: Tensor): string {
    this.#take(name);
    if (initial === undefined) this.#inputs.push({ name, type });
    else {
      this.#addWeight(name, initial);
      this.#inputs.push({ name, type, default: name });
    }
    return name;
  }

  /** Adds a constant, kept as bytes in the Snapshot. */
  weight(name: string, value: Tensor): string {
    this.#take(name);
    this.#addWeight(name, value);
    return name;
  }

  /** Adds a node; "" stands for an absent optional input. Returns the names of its outputs. Throws INVALID_GRAPH for an unknown operator or attribute. */
  node(
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, PlainAttribute | undefined>> = {},
    options: NodeOptions = {},
  ): readonly string[] {
    const domain = options.domain === undefined || options.domain === "ai.onnx" ? "" : options.domain;
    const definition = operatorOf(domain, op);
    if (definition === undefined)
      throw new HoduError(
        "INVALID_GRAPH",
        `Cannot add a node: there is no operator ${quote(op)} in domain ${quote(domain)}`,
      );
    const name = options.name ?? this.#fresh(`${op}_${this.#nodes.length}`);
    if (options.name !== undefined) this.#take(name);
    const outputs =
      typeof options.outputs === "object" ? options.outputs : this.#outputNames(name, options.outputs ?? 1);
    if (typeof options.outputs === "object") for (const output of outputs) if (output !== "") this.#take(output);
    this.#nodes.push({
      op,
      domain,
      name,
      inputs,
      outputs,
      attributes: makeAttributes(definition.attributes, attributes),
      origin: [name],
    });
    return outputs;
  }

  /** Makes a value an output of the graph. */
  output(name: string, type?: ValueType): void {
    this.#outputs.push({ name, type });
  }

  /** The graph as it stands, not verified. */
  graph(): Graph {
    return {
      name: this.#name,
      inputs: [...this.#inputs],
      outputs: [...this.#outputs],
      weights: [...this.#weights],
      nodes: [...this.#nodes],
      values: [],
    };
  }

  /** The finished Snapshot. Throws INVALID_GRAPH with all that is wrong. */
  build(): Snapshot {
    const snapshot: Snapshot = {
      graph: this.graph(),
      stores: [...this.#shared.stores],
      metadata: [],
      producer: "hodu",
    };
    verifySnapshot(snapshot);
    return snapshot;
  }

  #addWeight(name: string, value: Tensor): void {
    const bytes = new Uint8Array(bytesOfTensor(value));
    const store = this.#shared.stores.push({ kind: "bytes", bytes }) - 1;
    this.#weights.push({ name, dtype: value.dtype, shape: value.shape, store, offset: 0, length: bytes.byteLength });
  }

  #take(name: string): void {
    if (this.#shared.names.has(name))
      throw new HoduError("INVALID_GRAPH", `Cannot name a value ${quote(name)}: the name is taken`);
    this.#shared.names.add(name);
  }

  #fresh(base: string): string {
    let name = base;
    for (let i = 1; this.#shared.names.has(name); i++) name = `${base}_${i}`;
    this.#shared.names.add(name);
    return name;
  }

  #outputNames(node: string, count: number): string[] {
    return Array.from({ length: count }, (_, i) => this.#fresh(count === 1 ? `${node}_out` : `${node}_out${i}`));
  }
}
