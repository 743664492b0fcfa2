import { bytesPerElement, type DType, packedBytes, isPacked } from "hodu-plugin-sdk";
import type { SparseTensorProto } from "./generated/onnx_pb.ts";
import { MAX_DENSE_GROWTH } from "./limits.ts";
import { below, readShape, readTensorBytes, type TensorPlace } from "./tensor-bytes.ts";

export interface DenseBytes {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/**
 * A sparse tensor made dense, in the form of weights. Its indices are linear ([n]) or coordinates ([n, rank]),
 * in range and strictly ascending. ONNX SparseTensorProto.
 */
export function densify(sparse: SparseTensorProto, place: TensorPlace): DenseBytes {
  const bad = (found: string, expected: string, subfield: string) =>
    place.file.bad({ what: place.what, found, expected, field: below(place, subfield).field });
  if (sparse.values === undefined) throw bad("a sparse tensor without values", "values", "values");
  const values = readTensorBytes(sparse.values, below(place, "values"));
  const { dtype } = values;
  const shape = readShape(sparse.dims, place);
  if (values.data.kind === "external" || dtype === "string" || isPacked(dtype)) {
    throw place.file.unsupported({
      what: place.what,
      found: values.data.kind === "external" ? "sparse values in an external file" : `sparse values of ${dtype}`,
      expected: "numbers of whole bytes, in the file itself",
      field: below(place, "values").field,
    });
  }
  if (values.shape.length !== 1) throw bad(`values of rank ${values.shape.length}`, "rank 1", "values.dims");
  const count = values.shape[0];
  const total = shape.reduce((product, dim) => product * dim, 1);
  const positionOf = readPositions(sparse, count, shape, place);
  const size = packedBytes(dtype, total);
  if (!place.file.takeDense(size)) {
    throw bad(
      `a sparse tensor of ${count} values that takes ${size} bytes when dense`,
      `at most ${MAX_DENSE_GROWTH} times the size of the file`,
      "dims",
    );
  }
  const bytes = new Uint8Array(size);
  const width = bytesPerElement(dtype);
  let last = -1;
  for (let i = 0; i < count; i++) {
    const at = positionOf(i);
    if (at <= last) throw bad(`index ${i} that is not above the one before`, "ascending indices", "indices");
    last = at;
    bytes.set(values.data.bytes.subarray(i * width, (i + 1) * width), at * width);
  }
  return { dtype, shape, bytes };
}

/** Gives the row-major position of value i. Throws when it is out of range. */
type Positions = (i: number) => number;

function readPositions(
  sparse: SparseTensorProto,
  count: number,
  shape: readonly number[],
  place: TensorPlace,
): Positions {
  const { field } = below(place, "indices");
  const bad = (found: string, expected: string) => place.file.bad({ what: place.what, found, expected, field });
  if (sparse.indices === undefined) {
    if (count === 0) return () => 0;
    throw bad("a sparse tensor without indices", "indices");
  }
  const read = readTensorBytes(sparse.indices, { ...place, field });
  if (read.dtype !== "i64" || read.data.kind === "external") {
    throw bad(`indices of ${read.dtype}${read.data.kind === "external" ? " in an external file" : ""}`, "i64 indices");
  }
  const [rows, columns] = read.shape;
  const coordinates = read.shape.length === 2;
  if (rows !== count || (coordinates ? columns !== shape.length : read.shape.length !== 1)) {
    throw bad(`indices [${read.shape.join(", ")}]`, `[${count}] or [${count}, ${shape.length}]`);
  }
  const { bytes } = read.data;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const width = coordinates ? columns : 1;
  const bounds = coordinates ? shape : [shape.reduce((product, dim) => product * dim, 1)];
  return (i) => {
    let position = 0;
    for (let axis = 0; axis < width; axis++) {
      const index = view.getBigInt64((i * width + axis) * 8, true);
      if (index < 0n || index >= bounds[axis]) throw bad(`index ${index}`, `0 to ${bounds[axis] - 1}`);
      position = position * bounds[axis] + Number(index);
    }
    return position;
  };
}
