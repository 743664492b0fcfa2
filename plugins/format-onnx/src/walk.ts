import { quote } from "hodu-plugin-sdk";
import type {
  AttributeProto,
  GraphProto,
  NodeProto,
  SparseTensorProto,
  TensorProto,
  TypeProto,
} from "./generated/onnx_pb.ts";

/** Graphs that an attribute holds. */
export function graphsOf(attribute: AttributeProto): readonly GraphProto[] {
  return attribute.g === undefined ? attribute.graphs : [attribute.g, ...attribute.graphs];
}

interface TensorAt {
  readonly tensor: TensorProto;
  readonly what: string;
  readonly field: string;
}

/** Every tensor of a graph and its subgraphs that may lie in an external file. */
export function* tensorsOf(graph: GraphProto, field: string): Generator<TensorAt> {
  for (const [i, tensor] of graph.initializer.entries()) {
    yield { tensor, what: `initializer ${quote(tensor.name)}`, field: `${field}.initializer[${i}]` };
  }
  for (const [i, sparse] of graph.sparseInitializer.entries()) {
    yield* sparseTensorsOf(sparse, `${field}.sparse_initializer[${i}]`);
  }
  for (const [i, node] of graph.node.entries()) {
    for (const attribute of node.attribute) {
      yield* attributeTensorsOf(node, attribute, `${field}.node[${i}].attribute ${quote(attribute.name)}`);
    }
  }
}

function* attributeTensorsOf(node: NodeProto, attribute: AttributeProto, field: string): Generator<TensorAt> {
  const what = `attribute ${quote(attribute.name)} of node ${quote(node.name)}`;
  if (attribute.t !== undefined) yield { tensor: attribute.t, what, field: `${field}.t` };
  for (const [i, tensor] of attribute.tensors.entries()) yield { tensor, what, field: `${field}.tensors[${i}]` };
  if (attribute.sparseTensor !== undefined) yield* sparseTensorsOf(attribute.sparseTensor, `${field}.sparse_tensor`);
  for (const graph of graphsOf(attribute)) yield* tensorsOf(graph, `${field}.g`);
}

function* sparseTensorsOf({ values, indices }: SparseTensorProto, field: string): Generator<TensorAt> {
  const what = `sparse tensor ${quote(values?.name ?? "")}`;
  if (values !== undefined) yield { tensor: values, what, field: `${field}.values` };
  if (indices !== undefined) yield { tensor: indices, what, field: `${field}.indices` };
}

/** Every name that a graph and its subgraphs give to a dim. */
export function dimParamsOf(graph: GraphProto, names = new Set<string>()): Set<string> {
  for (const info of [...graph.input, ...graph.output, ...graph.valueInfo]) addDimParams(info.type, names);
  for (const node of graph.node) {
    for (const attribute of node.attribute) {
      addDimParams(attribute.tp, names);
      for (const inner of graphsOf(attribute)) dimParamsOf(inner, names);
    }
  }
  return names;
}

function addDimParams(type: TypeProto | undefined, names: Set<string>): void {
  const value = type?.value;
  switch (value?.case) {
    case "tensorType":
      for (const dim of value.value.shape?.dim ?? []) {
        if (dim.value.case === "dimParam") names.add(dim.value.value);
      }
      break;
    case "sequenceType":
    case "optionalType":
      addDimParams(value.value.elemType, names);
      break;
    case "mapType":
      addDimParams(value.value.valueType, names);
      break;
    default:
  }
}
