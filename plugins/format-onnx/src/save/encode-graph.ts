import type { Graph, Node, Weight } from "hodu-plugin-sdk";
import { GraphProtoSchema, NodeProtoSchema } from "../generated/onnx_pb.ts";
import { encodeAttribute } from "./encode-attribute.ts";
import { encodeValueInfo } from "./encode-type.ts";
import { type Message, merged, message, messageField } from "./message.ts";

const GRAPH = { node: 1, initializer: 5, input: 11, output: 12, valueInfo: 13 } as const;
const ATTRIBUTE = 5;

/** A graph has a name in the standard. */
const NAMELESS = "graph";

/** The TensorProto of a weight under a name. */
export type EncodeWeight = (weight: Weight, name: string) => Message;

/** The GraphProto of a graph. An input's default is an initializer of the input's name. */
export function encodeGraph(graph: Graph, encodeWeight: EncodeWeight): Message {
  const list = (field: number, items: readonly Message[]) => items.map((item) => messageField(field, item));
  return merged([
    ...list(
      GRAPH.node,
      graph.nodes.map((node) => encodeNode(node, encodeWeight)),
    ),
    message(GraphProtoSchema, { name: graph.name === "" ? NAMELESS : graph.name }),
    ...list(
      GRAPH.initializer,
      initializersOf(graph).map(([name, weight]) => encodeWeight(weight, name)),
    ),
    ...list(GRAPH.input, graph.inputs.map(encodeValueInfo)),
    ...list(GRAPH.output, graph.outputs.map(encodeValueInfo)),
    ...list(GRAPH.valueInfo, graph.values.map(encodeValueInfo)),
  ]);
}

/** The weights by name, and once more those that are the default of an input of another name. */
function initializersOf({ weights, inputs }: Graph): (readonly [name: string, weight: Weight])[] {
  const byName = new Map(weights.map((weight) => [weight.name, weight]));
  const renamed = inputs.flatMap(({ name, default: initial }) => {
    const weight = initial === undefined || initial === name ? undefined : byName.get(initial);
    return weight === undefined ? [] : [[name, weight] as const];
  });
  return [...byName, ...renamed];
}

function encodeNode(node: Node, encodeWeight: EncodeWeight): Message {
  const { name, op, domain, inputs, outputs, attributes } = node;
  const init = { name, opType: op, domain, input: [...inputs], output: [...outputs] };
  const encoded = attributes.map((attribute) =>
    messageField(
      ATTRIBUTE,
      encodeAttribute(attribute, (graph) => encodeGraph(graph, encodeWeight)),
    ),
  );
  return merged([message(NodeProtoSchema, init), ...encoded]);
}
