import { DTYPES, type DType, dtypeOfOnnxCode, isPacked, packedBytes, packElements, quote } from "hodu-plugin-sdk";
import type { SourceFile } from "./source-file.ts";
import type { TensorProto } from "./generated/onnx_pb.ts";
import { MAX_RANK } from "./limits.ts";
import { textOf } from "./text.ts";
import { countVarints, decodeVarints } from "./varints.ts";

/** A tensor of a file: its type, and its bytes in the form of weights. */
export interface TensorBytes {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: TensorData;
}

/** "view": a part of the file. "made": new bytes, since the file has the numbers in another form. "external": in another file. */
type TensorData =
  | { readonly kind: "view" | "made"; readonly bytes: Uint8Array }
  | { readonly kind: "external"; readonly length: number };

/** What stands where, for messages. */
export interface TensorPlace {
  /** Such as `initializer "w"`. */
  readonly what: string;
  readonly field: string;
  /** The first of its values, once they are found. */
  readonly at?: Uint8Array;
  readonly file: SourceFile;
}

const DATA_FIELDS = ["floatData", "int32Data", "stringData", "int64Data", "doubleData", "uint64Data"] as const;
type DataField = (typeof DATA_FIELDS)[number];

const FIELD_NAMES: Readonly<Record<DataField, string>> = {
  floatData: "float_data",
  int32Data: "int32_data",
  stringData: "string_data",
  int64Data: "int64_data",
  doubleData: "double_data",
  uint64Data: "uint64_data",
};

const EXTERNAL = 1;

/** Reads a TensorProto. Its data must fit its dtype and dims exactly; nothing is allocated before that is known. */
export function readTensorBytes(tensor: TensorProto, place: TensorPlace): TensorBytes {
  const dtype = readDtype(tensor.dataType, place);
  const shape = readShape(tensor.dims, place);
  const count = shape.reduce((product, dim) => product * dim, 1);
  if (tensor.segment !== undefined) throw bad(place, "a segment of a tensor", "a whole tensor");
  const raw = tensor.rawData !== undefined && tensor.rawData.length > 0;
  const filled = DATA_FIELDS.filter((field) => tensor[field].length > 0);
  const external = tensor.dataLocation === EXTERNAL;
  const names = [
    ...(raw ? ["raw_data"] : []),
    ...filled.map((field) => FIELD_NAMES[field]),
    ...(external ? ["external_data"] : []),
  ];
  const at = raw ? tensor.rawData : tensor[filled[0] ?? "floatData"][0];
  const here = at === undefined ? place : { ...place, at };
  if (names.length > 1) throw bad(here, `values in ${names.join(" and ")}`, "values in one field");
  if (external) return { dtype, shape, data: externalData(dtype, count, here) };
  const data =
    filled.length > 0 ? readField(tensor, filled[0], dtype, count, here) : readRaw(tensor.rawData, dtype, count, here);
  return { dtype, shape, data };
}

function bad(place: TensorPlace, found: string, expected: string, subfield?: string) {
  const { field } = subfield === undefined ? place : below(place, subfield);
  return place.file.bad({ what: place.what, found, expected, field, at: place.at });
}

/** The place of a field of what is at `place`. */
export function below(place: TensorPlace, field: string): TensorPlace {
  return { ...place, field: place.field === "" ? field : `${place.field}.${field}` };
}

export function readDtype(code: number, place: TensorPlace): DType {
  const dtype = dtypeOfOnnxCode(code);
  if (dtype !== undefined) return dtype;
  const last = Math.max(...Object.values(DTYPES).map((type) => type.onnx));
  throw bad(place, `data type ${code}`, `a data type from 1 to ${last}`, "data_type");
}

/** Dims as numbers; their product, zeros left out, stays below 2^53. */
export function readShape(dims: readonly bigint[], place: TensorPlace): number[] {
  if (dims.length > MAX_RANK) throw bad(place, `${dims.length} dims`, `at most ${MAX_RANK}`, "dims");
  let count = 1n;
  for (const dim of dims) {
    if (dim < 0n) throw bad(place, `dim ${dim}`, "dims of at least 0", "dims");
    if (dim > 0n) count *= dim;
    if (count > Number.MAX_SAFE_INTEGER) {
      throw bad(place, `dims [${dims.join(", ")}]`, "fewer than 2^53 elements", "dims");
    }
  }
  return dims.map(Number);
}

function externalData(dtype: DType, count: number, place: TensorPlace): TensorData {
  if (dtype === "string") throw bad(place, "strings in an external file", "strings in string_data");
  return { kind: "external", length: packedBytes(dtype, count) };
}

function readRaw(bytes: Uint8Array | undefined, dtype: DType, count: number, place: TensorPlace): TensorData {
  if (dtype === "string" && bytes !== undefined && bytes.length > 0) {
    throw bad(place, "strings in raw_data", "strings in string_data", "raw_data");
  }
  const expected = packedBytes(dtype, count);
  const found = bytes?.length ?? 0;
  if (dtype === "string" ? count > 0 : found !== expected) {
    const size = dtype === "string" ? `${count} strings` : `${expected} bytes (${dtype}, ${count} elements)`;
    throw bad(place, found === 0 ? "no values" : `${found} bytes`, size, "raw_data");
  }
  if (bytes === undefined) return { kind: "made", bytes: new Uint8Array(0) };
  // NumPy takes any byte for true; kernels know 1 only.
  if (dtype === "bool" && bytes.some((byte) => byte > 1)) {
    return { kind: "made", bytes: bytes.map((byte) => (byte === 0 ? 0 : 1)) };
  }
  return { kind: "view", bytes };
}

/** The fields that hold values of each dtype when raw_data does not, and how many numbers of the field make one value. */
function fieldOf(dtype: DType): DataField {
  switch (dtype) {
    case "f32":
    case "c64":
      return "floatData";
    case "f64":
    case "c128":
      return "doubleData";
    case "i64":
      return "int64Data";
    case "u32":
    case "u64":
      return "uint64Data";
    case "string":
      return "stringData";
    default:
      return "int32Data";
  }
}

function readField(tensor: TensorProto, field: DataField, dtype: DType, count: number, place: TensorPlace): TensorData {
  const name = FIELD_NAMES[field];
  if (field !== fieldOf(dtype)) {
    throw bad(place, `${dtype} values in ${name}`, `them in ${FIELD_NAMES[fieldOf(dtype)]} or raw_data`, name);
  }
  const runs = tensor[field];
  switch (field) {
    case "floatData":
    case "doubleData":
      return readFixed(runs, packedBytes(dtype, count), place, name);
    case "stringData":
      return readStrings(runs, count, place);
    default:
      return readVarints(runs, dtype, count, place, name);
  }
}

/** Little-endian floats or doubles: already what a weight holds. */
function readFixed(runs: readonly Uint8Array[], expected: number, place: TensorPlace, name: string): TensorData {
  const found = runs.reduce((total, run) => total + run.length, 0);
  if (found !== expected) throw bad(place, `${found} bytes`, `${expected} bytes`, name);
  return runs.length === 1 ? { kind: "view", bytes: runs[0] } : { kind: "made", bytes: joined(runs, found) };
}

function readVarints(
  runs: readonly Uint8Array[],
  dtype: DType,
  count: number,
  place: TensorPlace,
  name: string,
): TensorData {
  const { bits } = DTYPES[dtype];
  // 2- and 4-bit elements share a number, a byte of it; a 6-bit element has a number of its own.
  const shared = bits < 6;
  const expected = shared ? packedBytes(dtype, count) : count;
  const found = countVarints(runs);
  if (found !== expected) {
    throw bad(place, found === undefined ? "a broken number" : `${found} numbers`, `${expected} numbers`, name);
  }
  const width = Math.max(8, bits) / 8;
  const bytes = new Uint8Array(expected * width);
  decodeVarints(runs, width, bytes);
  if (dtype === "bool") for (let i = 0; i < bytes.length; i++) bytes[i] = bytes[i] === 0 ? 0 : 1;
  return { kind: "made", bytes: isPacked(dtype) && !shared ? packElements(bytes, dtype) : bytes };
}

/** As a weight: u32 length and UTF-8 of each. */
function readStrings(strings: readonly Uint8Array[], count: number, place: TensorPlace): TensorData {
  if (strings.length !== count) {
    throw bad(place, `${strings.length} strings`, `${count} strings`, "string_data");
  }
  const bytes = new Uint8Array(strings.reduce((total, string) => total + 4 + string.length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  strings.forEach((string, i) => {
    if (textOf(string) === undefined) {
      throw bad(place, `string ${i} of bytes that are not UTF-8`, "UTF-8", `string_data[${i}]`);
    }
    view.setUint32(at, string.length, true);
    bytes.set(string, at + 4);
    at += 4 + string.length;
  });
  return { kind: "made", bytes };
}

function joined(runs: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const run of runs) {
    bytes.set(run, at);
    at += run.length;
  }
  return bytes;
}

/** `initializer "w"`, or `initializer 3` when it has no name. */
export function named(kind: string, name: string, index: number): string {
  return name === "" ? `${kind} ${index}` : `${kind} ${quote(name)}`;
}
