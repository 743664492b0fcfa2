import { type Dim, type DType, quote, symbolDim, tensorType, type ValueType } from "hodu-plugin-sdk";
import type { SourceFile } from "./source-file.ts";
import type { TensorShapeProto, TypeProto } from "./generated/onnx_pb.ts";
import { MAX_RANK } from "./limits.ts";
import { readDtype } from "./tensor-bytes.ts";
import type { UniqueNames } from "./unique-names.ts";

export interface TypePlace {
  /** Such as `input "x"`. */
  readonly what: string;
  readonly field: string;
  /** Open dims are called after it: `x_dim_0`. */
  readonly name: string;
  readonly file: SourceFile;
  /** Names that no dim of the file has. */
  readonly symbols: UniqueNames;
}

/** Reads a TypeProto; undefined when it says nothing. Open dims become symbols. */
export function readType(type: TypeProto | undefined, place: TypePlace): ValueType | undefined {
  const value = type?.value;
  switch (value?.case) {
    case undefined:
      return undefined;
    case "tensorType":
      // elem_type 0: the file leaves it open, as some exporters do for inner values.
      if (value.value.elemType === 0) return undefined;
      return tensorType(dtypeOf(value.value.elemType, place), readShapeType(value.value.shape, place));
    case "sequenceType":
      return { kind: "sequence", element: required(readType(value.value.elemType, place), place) };
    case "optionalType":
      return { kind: "optional", element: required(readType(value.value.elemType, place), place) };
    case "mapType": {
      const key = dtypeOf(value.value.keyType, place);
      return { kind: "map", key, element: required(readType(value.value.valueType, place), place) };
    }
    case "sparseTensorType":
    case "opaqueType":
      throw place.file.unsupported({
        what: place.what,
        found: value.case === "opaqueType" ? `opaque type ${quote(value.value.name)}` : "a sparse tensor type",
        expected: "a tensor, sequence, optional or map",
        field: place.field,
      });
    default:
      return value satisfies never;
  }
}

function required(type: ValueType | undefined, place: TypePlace): ValueType {
  if (type !== undefined) return type;
  throw place.file.bad({
    what: place.what,
    found: "a type without the type of its elements",
    expected: "both",
    field: place.field,
  });
}

const dtypeOf = (code: number, place: TypePlace): DType => readDtype(code, place);

function readShapeType(shape: TensorShapeProto | undefined, place: TypePlace): readonly Dim[] | undefined {
  if (shape === undefined) return undefined;
  const bad = (found: string, expected: string) =>
    place.file.bad({ what: place.what, found, expected, field: `${place.field}.shape` });
  if (shape.dim.length > MAX_RANK) throw bad(`${shape.dim.length} dims`, `at most ${MAX_RANK}`);
  return shape.dim.map(({ value }, axis) => {
    if (value.case === "dimParam" && value.value !== "") return symbolDim(value.value);
    // -1 is not in the standard; exporters of its first years wrote it for "any".
    if (value.case !== "dimValue" || value.value === -1n) {
      return symbolDim(place.symbols.fresh(`${place.name}_dim_${axis}`));
    }
    if (value.value < 0n || value.value > Number.MAX_SAFE_INTEGER) {
      throw bad(`dim ${value.value}`, "dims from 0 to 2^53");
    }
    return Number(value.value);
  });
}
