import { type Dim, type DType, heldWeights, inferGraph, type Snapshot, typeIn, type ValueType } from "@hodu/core";
import { SDK_VERSION } from "./version.ts";

/** A tensor as a program takes or gives it. */
export interface TensorSpec {
  readonly name: string;
  /** Undefined: not known, or no tensor. */
  readonly dtype: DType | undefined;
  readonly shape: readonly Dim[] | undefined;
}

/** A call of a kernel: one for each node. */
export interface KernelDispatch {
  /** As `opToKernelName` gives it. */
  readonly kernel: string;
  /** Name of the node; empty names among its inputs and outputs are left out ones. */
  readonly node: string;
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** What a program that runs a model node by node has to do: for backends that bring a kernel for each operator and dtype. */
export interface DispatchManifest {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  readonly weights: readonly TensorSpec[];
  /** In the order of the graph. */
  readonly kernels: readonly KernelDispatch[];
}

/**
 * The dispatch manifest of a model's main graph. Types are inferred; a kernel is named after the dtype of its node's first output, or of
 * its first input where that is not known.
 *
 * @example
 * ```js
 * import { dispatchManifest, GraphBuilder, tensorType } from "hodu-plugin-sdk";
 *
 * const builder = new GraphBuilder("g");
 * const [y] = builder.node("Relu", [builder.input("x", tensorType("f32", [2]))]);
 * builder.output(y);
 * console.log(dispatchManifest(builder.build(), "hodu_").kernels[0].kernel);
 * ```
 * ```text
 * hodu_relu_f32
 * ```
 */
export function dispatchManifest({ graph, stores }: Snapshot, prefix = ""): DispatchManifest {
  const facts = inferGraph(graph, { constantOf: heldWeights(stores), tolerant: true });
  const spec = (name: string): TensorSpec => specOf(name, typeIn(facts, name));
  const kernels = graph.nodes.map(({ op, name, inputs, outputs }): KernelDispatch => {
    const dtypes = [...outputs, ...inputs].flatMap((value) => spec(value).dtype ?? []);
    return { kernel: opToKernelName(op, dtypes[0], prefix), node: name, operator: op, inputs, outputs };
  });
  const names = (values: readonly { readonly name: string }[]): TensorSpec[] => values.map(({ name }) => spec(name));
  return { inputs: names(graph.inputs), outputs: names(graph.outputs), weights: names(graph.weights), kernels };
}

function specOf(name: string, type: ValueType | undefined): TensorSpec {
  return type?.kind === "tensor"
    ? { name, dtype: type.dtype, shape: type.shape }
    : { name, dtype: undefined, shape: undefined };
}

/** The name of the kernel of an operator for a dtype: `prefix`, the operator in lower case, "_", the dtype; without one, `any`. */
export function opToKernelName(op: string, dtype: DType | undefined, prefix: string): string {
  return `${prefix}${op.toLowerCase()}_${dtype ?? "any"}`;
}

/** What a file that a backend builds says of itself, as JSON: the SDK that it was built with, and what it runs. */
export function buildMetadata(snapshot: Snapshot, prefix = ""): string {
  return JSON.stringify({ sdk: SDK_VERSION, producer: snapshot.producer, ...dispatchManifest(snapshot, prefix) });
}
