import {
  type ByteSource,
  type CallContext,
  HoduError,
  type LoadTensorsOptions,
  type NamedValue,
  quote,
  type TensorFile,
  type Value,
} from "hodu-plugin-sdk";
import { decode } from "./decode.ts";
import { SourceFile } from "./source-file.ts";
import {
  MapProtoSchema,
  ModelProtoSchema,
  SequenceProtoSchema,
  SparseTensorProtoSchema,
  TensorProtoSchema,
} from "./generated/onnx_pb.ts";
import { readFile } from "./read-file.ts";
import type { TensorPlace } from "./tensor-bytes.ts";
import { isSequence, readMap, readSequence, readSparseTensor, readTensor } from "./values.ts";

/**
 * Reads a .pb file of one value, under the name that the file gives it. The file does not say what it holds, so it is told by
 * what its fields can be: a tensor, else a sequence, else a map, else a sparse tensor (made dense).
 * An optional that holds something has the very bytes of a sequence of one, and is read as that.
 */
export async function loadTensors(
  source: ByteSource,
  _options: LoadTensorsOptions,
  context: CallContext,
): Promise<TensorFile> {
  const file = new SourceFile(source.name, "BAD_TENSOR_FILE");
  const bytes = await readFile(source, "a tensor in protobuf", file);
  file.bytes = bytes;
  context.signal.throwIfAborted();
  return { values: [readValue(bytes, file)], metadata: [] };
}

/** The value that bytes hold. Throws BAD_TENSOR_FILE, UNSUPPORTED. */
export function readValue(bytes: Uint8Array, file: SourceFile): NamedValue {
  const errors: HoduError[] = [];
  for (const read of READERS) {
    try {
      return read(bytes, file);
    } catch (error) {
      if (!(error instanceof HoduError)) throw error;
      errors.push(error);
    }
  }
  if (isModel(bytes, file)) {
    throw file.bad({ found: "an ONNX model", expected: "a tensor, a sequence or an optional" });
  }
  throw errors[likeliest(bytes, file)];
}

/** Throws when the bytes are not of its kind. */
type Reader = (bytes: Uint8Array, file: SourceFile) => NamedValue;

const TENSOR = 0;
const SEQUENCE = 1;

/** In the order of trying. Only a tensor may have fields that are not known here (its documentation). */
const READERS: readonly Reader[] = [
  (bytes, file) => {
    const proto = decode(TensorProtoSchema, bytes, file);
    return named("tensor", proto.name, file, (place) => readTensor(proto, place));
  },
  (bytes, file) => {
    const proto = decode(SequenceProtoSchema, bytes, file, { strict: true });
    return named("sequence", proto.name, file, (place) => readSequence(proto, place));
  },
  (bytes, file) => {
    const proto = decode(MapProtoSchema, bytes, file, { strict: true });
    return named("map", proto.name, file, (place) => readMap(proto, place));
  },
  (bytes, file) => {
    const proto = decode(SparseTensorProtoSchema, bytes, file, { strict: true });
    return named("sparse tensor", proto.values?.name ?? "", file, (place) => readSparseTensor(proto, place));
  },
];

function named(kind: string, name: string, file: SourceFile, read: (place: TensorPlace) => Value): NamedValue {
  return { name, value: read({ what: name === "" ? kind : `${kind} ${quote(name)}`, field: "", file }) };
}

/** Whose error to report for bytes that are of no kind: a sequence's when they have its fields and no dtype of a tensor. */
function likeliest(bytes: Uint8Array, file: SourceFile): number {
  const sequence = attempt(() => decode(SequenceProtoSchema, bytes, file, { strict: true }));
  return sequence !== undefined && isSequence(sequence) ? SEQUENCE : TENSOR;
}

function isModel(bytes: Uint8Array, file: SourceFile): boolean {
  return attempt(() => decode(ModelProtoSchema, bytes, file))?.graph !== undefined;
}

function attempt<T>(decodeMessage: () => T): T | undefined {
  try {
    return decodeMessage();
  } catch (error) {
    if (error instanceof HoduError) return undefined;
    throw error;
  }
}
