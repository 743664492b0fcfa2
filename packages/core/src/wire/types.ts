/**
 * Snapshots and values as JSON, as they stand in a .hdss or .hdt file and travel to a plugin's process.
 * Bytes lie beside the JSON as parts, and the JSON names them by their index. An absent member stands for undefined.
 */
import type { DType } from "../dtypes/dtypes.ts";
import type { AttributeKind } from "../snapshot/types.ts";

/** Index into the message's parts. */
export type Part = number;

/** A number that JSON may not have: "NaN", "Infinity", "-Infinity" and "-0" are text. */
export type WireFloat = number | "NaN" | "Infinity" | "-Infinity" | "-0";

/** An integer of any size, in decimal. */
export type WireBigint = string;

/**
 * A tensor, row-major. Its part holds the elements as a file does: little-endian, elements below 8 bits packed low bits first,
 * bool as a byte 0 or 1, complex as real then imaginary, strings as u32 length and UTF-8 each.
 * `wide`: an f16, bf16 or f32 tensor whose elements are kept, and sent, as f64.
 */
export interface WireTensor {
  readonly kind: "tensor";
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly wide?: boolean;
  readonly data: Part;
}

export type WireValue =
  | WireTensor
  | { readonly kind: "sequence"; readonly element: WireValueType; readonly items: readonly WireValue[] }
  | { readonly kind: "optional"; readonly element: WireValueType; readonly value?: WireValue }
  | {
      readonly kind: "map";
      readonly key: DType;
      readonly element: WireValueType;
      /** Numbers; text for strings; a WireBigint for i64 and u64. */
      readonly keys: readonly (number | string)[];
      readonly values: readonly WireValue[];
    };

export type WireDim =
  | number
  | { readonly constant: number; readonly terms: readonly (readonly [symbol: string, coefficient: number])[] };

export type WireValueType =
  | { readonly kind: "tensor"; readonly dtype: DType; readonly shape?: readonly WireDim[] }
  | { readonly kind: "sequence"; readonly element: WireValueType }
  | { readonly kind: "optional"; readonly element: WireValueType }
  | { readonly kind: "map"; readonly key: DType; readonly element: WireValueType };

export interface WireNamedValue {
  readonly name: string;
  readonly value: WireValue;
}

export interface WireSnapshot {
  readonly graph: WireGraph;
  readonly stores: readonly WireStore[];
  readonly metadata: readonly (readonly [key: string, value: string])[];
  readonly producer: string;
}

export type WireStore =
  | { readonly kind: "file"; readonly location: string }
  | { readonly kind: "bytes"; readonly bytes: Part };

export interface WireWeight {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly store: number;
  readonly offset: number;
  readonly length: number;
  readonly digest?: string;
}

export interface WireGraph {
  readonly name: string;
  readonly inputs: readonly WireGraphInput[];
  readonly outputs: readonly WireGraphOutput[];
  readonly weights: readonly WireWeight[];
  readonly nodes: readonly WireNode[];
  readonly values: readonly WireGraphOutput[];
}

export interface WireGraphInput {
  readonly name: string;
  readonly type?: WireValueType;
  readonly default?: string;
}

export interface WireGraphOutput {
  readonly name: string;
  readonly type?: WireValueType;
}

export interface WireNode {
  readonly op: string;
  readonly domain: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: readonly { readonly name: string; readonly value: WireAttribute }[];
  readonly origin: readonly string[];
}

/** Attribute values by kind. */
export interface WireAttributeValues {
  readonly float: WireFloat;
  readonly int: WireBigint;
  readonly string: string;
  readonly tensor: WireTensor;
  readonly graph: WireGraph;
  readonly type: WireValueType;
  readonly floats: readonly WireFloat[];
  readonly ints: readonly WireBigint[];
  readonly strings: readonly string[];
  readonly tensors: readonly WireTensor[];
}

export type WireAttribute = {
  readonly [K in AttributeKind]: { readonly kind: K; readonly value: WireAttributeValues[K] };
}[AttributeKind];
