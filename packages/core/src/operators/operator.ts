import type { InferContext, Inferred } from "../inference/context.ts";
import type { KernelContext, KernelResult } from "../kernels/context.ts";
import type { Lowering } from "../lowering/contract.ts";
import type { Dim } from "../snapshot/dims.ts";
import type { NamedAttribute, Node } from "../snapshot/types.ts";
import type { Tensor } from "../tensors/tensor.ts";
import type { Value, ValueType } from "../tensors/values.ts";
import type { AttributeDefs, AttributeValues } from "./attributes.ts";
import type { TypeSet } from "./type-sets.ts";

/** A formal input or output. `type` is a key of the operator's `types`, or a type itself such as "i64" or "seq(f32)". */
export interface Parameter {
  readonly name: string;
  readonly type: string;
  readonly use: "required" | "optional" | "variadic";
  /** Variadic only: fewest that a node may have. */
  readonly min?: number;
  /** Variadic only: each may be of another type. */
  readonly heterogeneous?: boolean;
}

export const required = (name: string, type: string): Parameter => ({ name, type, use: "required" });
export const optional = (name: string, type: string): Parameter => ({ name, type, use: "optional" });
export const variadic = (
  name: string,
  type: string,
  options: { min?: number; heterogeneous?: boolean } = {},
): Parameter => ({
  name,
  type,
  use: "variadic",
  ...options,
});

/**
 * How far a correct implementation may stray from the reference.
 * exact: no rounding at all (data movement, ints, bools, strings). rounding: one rounding of an exact result or a few basic operations.
 * transcendental: exp, log, sin and what is built on them. reduction: sums whose order may differ. random: only the distribution is fixed.
 */
export type AccuracyClass = "exact" | "rounding" | "transcendental" | "reduction" | "random";

/** One version of an operator. What it leaves out is as in the next newer version (the newest: as in the definition). */
export interface OperatorVersion {
  /** The opset of its domain that brought it. */
  readonly since: number;
  readonly inputs?: readonly Parameter[];
  readonly outputs?: readonly Parameter[];
  readonly types?: Readonly<Record<string, TypeSet>>;
  readonly attributes?: AttributeDefs;
  /** What the next newer version changed, when that is more than its types. */
  readonly changed?: string;
  /** Turns a node of this version into one of the next newer version. Left out: the node stays as it is. */
  readonly upgrade?: (node: Node, rewrite: RewriteContext) => Node;
  /** Turns a node of the next newer version into this one; undefined when it cannot be said. Left out: the node stays as it is. */
  readonly downgrade?: (node: Node, rewrite: RewriteContext) => Node | undefined;
  /** The standard took this version back: it is read, and not written. */
  readonly withdrawn?: true;
}

/** What an upgrade or downgrade may use. Nodes emitted here come before the node that is returned. */
export interface RewriteContext {
  /** Emits a node in the opset that the rewrite leads to; returns the name of its only output, which is new unless it is given. */
  emit(op: string, inputs: readonly string[], attributes?: readonly NamedAttribute[], output?: string): string;
  /** Emits a constant; returns its name. */
  constant(value: Tensor): string;
  /** The type of a value, as far as it is known. */
  typeOf(value: string): ValueType | undefined;
  /** The tensor behind a value that is a constant or a weight. */
  constantOf(value: string): Tensor | undefined;
  /** Whether a node of the graph or of one inside it, or an output of the graph, reads a value. */
  isRead(value: string): boolean;
  /** Ends the rewrite: UNSUPPORTED, naming the node. */
  fail(reason: string): never;
}

/** An example of use: inputs with or without the outputs they must give. Tests on every backend derive from it. */
export interface Sample {
  readonly attributes?: Readonly<Record<string, SampleAttribute>>;
  /** undefined where an optional input is absent. */
  readonly inputs: readonly (Value | undefined)[];
  /** Where the definition's source states them; compared in the operator's accuracy class. */
  readonly outputs?: readonly (Value | undefined)[];
  /** How many outputs the node has, when no `outputs` tell. Default 1. */
  readonly outputCount?: number;
}

/** An input that must be refused, with a part of the message. */
export interface ErrorSample extends Omit<Sample, "outputs"> {
  readonly message: RegExp;
}

/** Attribute values in a sample, as in AttributeValues; the kind comes from the definition. */
export type SampleAttribute = unknown;

/** An operator of ONNX or of ours, defined once. */
export interface OperatorDef<Defs extends AttributeDefs = AttributeDefs> {
  readonly name: string;
  /** Default: "" (ai.onnx). */
  readonly domain?: string;
  /** Newest first. */
  readonly versions: readonly OperatorVersion[];
  /** The opset that took it out; then its newest version has an `upgrade` into other operators, and no reference. */
  readonly deprecated?: number;
  /** The opset that took it out of the standard, though Snapshots keep it: a file that has it states an earlier one. */
  readonly endedIn?: number;
  readonly inputs: readonly Parameter[];
  readonly outputs: readonly Parameter[];
  readonly types: Readonly<Record<string, TypeSet>>;
  readonly attributes: Defs;
  /** Types of all outputs. Never reads a tensor that it did not get from `constant` or `values`. */
  infer?(context: InferContext<AttributeValues<Defs>>): readonly Inferred[];
  /** The elements of output 0 as dims, for integer arithmetic on shapes whose inputs are known by `values`. */
  propagate?(context: InferContext<AttributeValues<Defs>>): readonly Dim[] | undefined;
  /** The meaning of the operator, in plain loops. Inputs were checked against `types`; outputs are new or views. */
  reference?(
    inputs: readonly (Value | undefined)[],
    attributes: AttributeValues<Defs>,
    context: KernelContext,
  ): KernelResult;
  /** What an element of each output is, in kernel IR: how compiled code computes it. Left out: compiled models call the reference kernel. */
  readonly lower?: Lowering<AttributeValues<Defs>>;
  readonly accuracy: AccuracyClass;
  samples?(): readonly Sample[];
  errors?(): readonly ErrorSample[];
}

/** Types a literal as an operator definition; kernels get its attributes typed. */
export function defineOperator<const Defs extends AttributeDefs>(definition: OperatorDef<Defs>): OperatorDef {
  return definition as unknown as OperatorDef;
}
