import type { Graph } from "../snapshot/types.ts";
import type { Tensor } from "../tensors/tensor.ts";
import type { ValueType } from "../tensors/values.ts";
import type { AttributeKind } from "../snapshot/types.ts";

/** One attribute of an operator: its ONNX kind, and what a kernel sees when the node has none. `Value` is what kernels and inference get. */
export interface AttributeDef<Value = unknown> {
  readonly kind: AttributeKind;
  readonly required: boolean;
  readonly default?: Value;
  /** Keep 64-bit ints exact, as bigint. */
  readonly exact?: boolean;
}

export type AttributeDefs = Readonly<Record<string, AttributeDef>>;

/** The values that a definition's kernels get. */
export type AttributeValues<Defs extends AttributeDefs> = {
  readonly [Name in keyof Defs]: Defs[Name] extends AttributeDef<infer Value> ? Value : never;
};

type Options<Value> = { readonly default: Value } | { readonly required: true };

function maker<Value>(kind: AttributeKind, exact?: boolean) {
  function make(): AttributeDef<Value | undefined>;
  function make(options: Options<Value>): AttributeDef<Value>;
  function make(options?: { readonly default?: Value; readonly required?: boolean }): AttributeDef<Value | undefined> {
    return {
      kind,
      required: options?.required ?? false,
      ...(options?.default === undefined ? {} : { default: asInFiles(kind, options.default) }),
      ...(exact ? { exact } : {}),
    };
  }
  return make;
}

/** Floats as the 32-bit ones of ONNX files, so that a default equals the same number written out. */
function asInFiles<Value>(kind: AttributeKind, value: Value): Value {
  if (kind === "float") return Math.fround(value as number) as Value;
  return kind === "floats" ? ((value as readonly number[]).map(Math.fround) as Value) : value;
}

/** Each maker: no argument = optional (undefined when absent), `{ default }` or `{ required: true }` = always there. */
export const float = maker<number>("float");
/** Seen as a number; past 2^53 the last digits are lost (use `int64` where they matter). */
export const int = maker<number>("int");
export const int64 = maker<bigint>("int", true);
export const string = maker<string>("string");
export const tensor = maker<Tensor>("tensor");
export const graph = maker<Graph>("graph");
export const typeProto = maker<ValueType>("type");
export const floats = maker<readonly number[]>("floats");
export const ints = maker<readonly number[]>("ints");
export const int64s = maker<readonly bigint[]>("ints", true);
export const strings = maker<readonly string[]>("strings");
