import type {
  Attribute,
  Graph,
  GraphInput,
  GraphOutput,
  NamedAttribute,
  Node,
  Snapshot,
  Weight,
  WeightStore,
} from "../snapshot/types.ts";
import {
  bigint,
  bytes,
  type Codec,
  float,
  lazy,
  list,
  natural,
  oneOf,
  optional,
  orUndefined,
  pair,
  record,
  text,
  union,
} from "./codec.ts";
import type {
  WireAttribute,
  WireGraph,
  WireGraphInput,
  WireGraphOutput,
  WireNode,
  WireSnapshot,
  WireStore,
  WireWeight,
} from "./types.ts";
import { dtype, tensor, valueType } from "./value-codecs.ts";

type Of<W, K extends string> = Extract<W, { readonly kind: K }>;

/** Where a weight lies in the stores of its Snapshot. */
export const weight = record<Weight, WireWeight>({
  name: text,
  dtype,
  shape: list(natural),
  store: natural,
  offset: natural,
  length: natural,
  digest: optional(text),
});

const graph: Codec<Graph, WireGraph> = lazy(() => graphs);

function attributeOf<const K extends string, T, W>(
  kind: K,
  codec: Codec<T, W>,
): Codec<{ readonly kind: K; readonly value: T }, { readonly kind: K; readonly value: W }> {
  return {
    encode: ({ value }, out) => ({ kind, value: codec.encode(value, out) }),
    decode(wire, from) {
      const { value } = wire as { readonly value?: unknown };
      return { kind, value: from.inside("value", () => codec.decode(value, from)) };
    },
  };
}

const attribute = union<Attribute, WireAttribute>({
  float: attributeOf("float", float),
  int: attributeOf("int", bigint),
  string: attributeOf("string", text),
  tensor: attributeOf("tensor", tensor),
  graph: attributeOf("graph", graph),
  type: attributeOf("type", valueType),
  floats: attributeOf("floats", list(float)),
  ints: attributeOf("ints", list(bigint)),
  strings: attributeOf("strings", list(text)),
  tensors: attributeOf("tensors", list(tensor)),
});

const namedAttribute = record<NamedAttribute, { readonly name: string; readonly value: WireAttribute }>({
  name: text,
  value: attribute,
});

export const node = record<Node, WireNode>({
  op: text,
  domain: text,
  name: text,
  inputs: list(text),
  outputs: list(text),
  attributes: list(namedAttribute),
  origin: list(text),
});

const output = record<GraphOutput, WireGraphOutput>({ name: text, type: orUndefined(valueType) });

const graphs = record<Graph, WireGraph>({
  name: text,
  inputs: list(
    record<GraphInput, WireGraphInput>({ name: text, type: orUndefined(valueType), default: optional(text) }),
  ),
  outputs: list(output),
  weights: list(weight),
  nodes: list(node),
  values: list(output),
});

const store = union<WeightStore, WireStore>({
  file: record<Of<WeightStore, "file">, Of<WireStore, "file">>({ kind: oneOf("file"), location: text }),
  bytes: record<Of<WeightStore, "bytes">, Of<WireStore, "bytes">>({ kind: oneOf("bytes"), bytes }),
});

/** A Snapshot: weights in files travel as references, those held in memory as parts. */
export const snapshot = record<Snapshot, WireSnapshot>({
  graph,
  stores: list(store),
  metadata: list(pair(text, text)),
  producer: text,
});
