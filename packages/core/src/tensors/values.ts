import type { DType } from "../dtypes/dtypes.ts";
import type { Dim } from "../snapshot/dims.ts";
import type { Tensor } from "./tensor.ts";

/** What flows along an edge of a graph. */
export type Value = Tensor | SequenceValue | OptionalValue | MapValue;

/** ONNX SequenceProto: items in order, all of the element type; `element` says it where there are none. */
export interface SequenceValue {
  readonly kind: "sequence";
  readonly element: ValueType;
  readonly items: readonly Value[];
}

/** ONNX OptionalProto: a value of the element type, or none. */
export interface OptionalValue {
  readonly kind: "optional";
  readonly element: ValueType;
  /** Absent when the optional is empty. */
  readonly value?: Value;
}

/** ONNX MapProto: keys of an integer dtype or string, in their order in the file; `values` holds as many items. */
export interface MapValue {
  readonly kind: "map";
  readonly key: DType;
  readonly element: ValueType;
  readonly keys: readonly (number | bigint | string)[];
  readonly values: readonly Value[];
}

/** A value by the name of a graph's input or output, or of its place in a tensor file. */
export interface NamedValue {
  readonly name: string;
  readonly value: Value;
}

/** The type of a value. A tensor's shape is unknown (undefined) or dims. */
export type ValueType = TensorType | SequenceType | OptionalType | MapType;

/** A tensor of known dtype; `shape` is absent when not even the rank is known. */
export interface TensorType {
  readonly kind: "tensor";
  readonly dtype: DType;
  readonly shape?: readonly Dim[];
}

/** A sequence; its items may have different shapes. */
export interface SequenceType {
  readonly kind: "sequence";
  readonly element: ValueType;
}

/** A value that may be absent. */
export interface OptionalType {
  readonly kind: "optional";
  readonly element: ValueType;
}

/** A map from keys of an integer dtype or string. */
export interface MapType {
  readonly kind: "map";
  readonly key: DType;
  readonly element: ValueType;
}

/** The type of a tensor; without a shape, of any rank. */
export function tensorType(dtype: DType, shape?: readonly Dim[]): TensorType {
  return shape === undefined ? { kind: "tensor", dtype } : { kind: "tensor", dtype, shape };
}

/** The exact type of a value at hand. */
export function typeOfValue(value: Value): ValueType {
  switch (value.kind) {
    case "tensor":
      return { kind: "tensor", dtype: value.dtype, shape: value.shape };
    case "sequence":
      return { kind: "sequence", element: value.element };
    case "optional":
      return { kind: "optional", element: value.element };
    case "map":
      return { kind: "map", key: value.key, element: value.element };
  }
}
