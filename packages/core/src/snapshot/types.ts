import type { DType } from "../dtypes/dtypes.ts";
import type { Tensor } from "../tensors/tensor.ts";
import type { ValueType } from "../tensors/values.ts";

/** The opset of ai.onnx that every Snapshot of this release is written in. */
export const SNAPSHOT_OPSET = 28;

/** Versions of the operator domains in every Snapshot of this release; "" is ai.onnx. */
export const SNAPSHOT_OPSETS: ReadonlyMap<string, number> = new Map([
  ["", SNAPSHOT_OPSET],
  ["ai.onnx.ml", 5],
  ["ai.onnx.preview", 1],
  ["ai.onnx.preview.training", 1],
]);

/** A model as Hodu holds it: plain data, names as the source file has them, nodes in an order in which every value is made before it is used. */
export interface Snapshot {
  readonly graph: Graph;
  /** Where weights live; a weight names its store by index. */
  readonly stores: readonly WeightStore[];
  readonly metadata: readonly (readonly [key: string, value: string])[];
  /** The tool that wrote the model, such as `pytorch 2.4`; empty when unknown. */
  readonly producer: string;
}

/**
 * One body of weight bytes. "file": the model file itself (location "") or a sibling file by its relative path;
 * "bytes": held here (made by the builder, or too small to be worth a reference).
 */
export type WeightStore =
  | { readonly kind: "file"; readonly location: string }
  | { readonly kind: "bytes"; readonly bytes: Uint8Array };

/** A named constant: `length` bytes at `offset` of a store, little-endian, row-major, packed below 8 bits; strings as u32 length + UTF-8 each. */
export interface Weight {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly store: number;
  readonly offset: number;
  readonly length: number;
  /** SHA-256 of the bytes, hex, when known. */
  readonly digest?: string;
}

/** The body of a model, or of a node that runs one: nodes in an order in which every value is made before it is used. */
export interface Graph {
  readonly name: string;
  readonly inputs: readonly GraphInput[];
  readonly outputs: readonly GraphOutput[];
  readonly weights: readonly Weight[];
  readonly nodes: readonly Node[];
  /** Types that the source file states for inner values. */
  readonly values: readonly GraphOutput[];
}

/** A value that the caller of a graph gives. */
export interface GraphInput {
  readonly name: string;
  /** Undefined only in a subgraph whose source leaves it out. */
  readonly type: ValueType | undefined;
  /** Name of the weight that serves when the caller gives nothing. */
  readonly default?: string;
}

/** A value and its type as the source file states it; undefined where that leaves it out. */
export interface GraphOutput {
  readonly name: string;
  readonly type: ValueType | undefined;
}

/** One use of an operator. */
export interface Node {
  /** ONNX operator name. */
  readonly op: string;
  /** "" is ai.onnx. */
  readonly domain: string;
  /** Unique in the model, subgraphs included, and never empty; made from op and position when the source has none. */
  readonly name: string;
  /** Value names; "" where an optional input is absent. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: readonly NamedAttribute[];
  /** Names of the source nodes that it stands for. */
  readonly origin: readonly string[];
}

/** An attribute of a node. Names are unique in a node. */
export interface NamedAttribute {
  readonly name: string;
  readonly value: Attribute;
}

/** Explicitly typed, as ONNX AttributeProto. Ints are exact. Strings are bytes in ONNX: kept as text when they are UTF-8. */
export type Attribute =
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "int"; readonly value: bigint }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "tensor"; readonly value: Tensor }
  | { readonly kind: "graph"; readonly value: Graph }
  | { readonly kind: "type"; readonly value: ValueType }
  | { readonly kind: "floats"; readonly value: readonly number[] }
  | { readonly kind: "ints"; readonly value: readonly bigint[] }
  | { readonly kind: "strings"; readonly value: readonly string[] }
  | { readonly kind: "tensors"; readonly value: readonly Tensor[] };

/** The kinds of attributes, by the names of the textual form. */
export type AttributeKind = Attribute["kind"];

/** The attribute of a node by name. */
export function attributeOf(node: Node, name: string): Attribute | undefined {
  return node.attributes.find((attribute) => attribute.name === name)?.value;
}
