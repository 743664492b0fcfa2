import { type ByteSource, type CallContext, HoduError, type NamedValue, quote, type Value } from "hodu-plugin-sdk";
import { decode } from "./decode.ts";
import { Complaints } from "./errors.ts";
import {
  MapProtoSchema,
  ModelProtoSchema,
  SequenceProtoSchema,
  SparseTensorProtoSchema,
  TensorProtoSchema,
} from "./generated/onnx_pb.ts";
import { MAX_TENSOR_FILE_BYTES } from "./limits.ts";
import { otherKind } from "./magic.ts";
import type { TensorPlace } from "./tensor-bytes.ts";
import { isSequence, readMap, readSequence, readSparseTensor, readTensor } from "./values.ts";

/**
 * Reads a .pb file of one value, under the name that the file gives it. The file does not say what it holds, so it is told by
 * what its fields can be: a tensor, else a sequence, else a map, else a sparse tensor (made dense).
 * An optional that holds something has the very bytes of a sequence of one, and is read as that.
 */
export async function loadTensors(source: ByteSource, context: CallContext): Promise<readonly NamedValue[]> {
  const complaints = new Complaints(source.name, "BAD_TENSOR_FILE");
  const bytes = await readFile(source, complaints);
  complaints.bytes = bytes;
  context.signal.throwIfAborted();
  const errors: HoduError[] = [];
  for (const read of READERS) {
    try {
      return [read(bytes, complaints)];
    } catch (error) {
      if (!(error instanceof HoduError)) throw error;
      errors.push(error);
    }
  }
  if (isModel(bytes, complaints)) {
    throw complaints.bad({ found: "an ONNX model", expected: "a tensor, a sequence or an optional" });
  }
  throw errors[likeliest(bytes, complaints)];
}

async function readFile(source: ByteSource, complaints: Complaints): Promise<Uint8Array> {
  const { size } = source;
  if (size === 0) throw complaints.bad({ found: "an empty file", expected: "a tensor in protobuf" });
  const kind = otherKind(await source.read(0, Math.min(size, 512)));
  if (kind !== undefined) throw complaints.bad({ found: kind, expected: "a tensor in protobuf", at: 0 });
  if (size > MAX_TENSOR_FILE_BYTES) {
    throw complaints.bad({ found: `${size} bytes`, expected: `at most ${MAX_TENSOR_FILE_BYTES}` });
  }
  return source.read(0, size);
}

/** Throws when the bytes are not of its kind. */
type Reader = (bytes: Uint8Array, complaints: Complaints) => NamedValue;

const TENSOR = 0;
const SEQUENCE = 1;

/** In the order of trying. Only a tensor may have fields that are not known here (its documentation). */
const READERS: readonly Reader[] = [
  (bytes, complaints) => {
    const proto = decode(TensorProtoSchema, bytes, complaints);
    return named("tensor", proto.name, complaints, (place) => readTensor(proto, place));
  },
  (bytes, complaints) => {
    const proto = decode(SequenceProtoSchema, bytes, complaints, { strict: true });
    return named("sequence", proto.name, complaints, (place) => readSequence(proto, place));
  },
  (bytes, complaints) => {
    const proto = decode(MapProtoSchema, bytes, complaints, { strict: true });
    return named("map", proto.name, complaints, (place) => readMap(proto, place));
  },
  (bytes, complaints) => {
    const proto = decode(SparseTensorProtoSchema, bytes, complaints, { strict: true });
    return named("sparse tensor", proto.values?.name ?? "", complaints, (place) => readSparseTensor(proto, place));
  },
];

function named(kind: string, name: string, complaints: Complaints, read: (place: TensorPlace) => Value): NamedValue {
  return { name, value: read({ what: name === "" ? kind : `${kind} ${quote(name)}`, field: "", complaints }) };
}

/** Whose error to report for bytes that are of no kind: a sequence's when they have its fields and no dtype of a tensor. */
function likeliest(bytes: Uint8Array, complaints: Complaints): number {
  const sequence = attempt(() => decode(SequenceProtoSchema, bytes, complaints, { strict: true }));
  return sequence !== undefined && isSequence(sequence) ? SEQUENCE : TENSOR;
}

function isModel(bytes: Uint8Array, complaints: Complaints): boolean {
  return attempt(() => decode(ModelProtoSchema, bytes, complaints))?.graph !== undefined;
}

function attempt<T>(decodeMessage: () => T): T | undefined {
  try {
    return decodeMessage();
  } catch (error) {
    if (error instanceof HoduError) return undefined;
    throw error;
  }
}
