import { DTYPES, type DType, isWidened, lanesOf } from "../dtypes/dtypes.ts";
import { HoduError } from "../errors/hodu-error.ts";

/** Storage that holds numbers, or bit patterns of floats below f32. */
export type NumberData =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;
/** Storage of i64 and u64. */
export type BigData = BigInt64Array | BigUint64Array;
/** Storage of a tensor: the array class that DTYPES names; f16, bf16 and smaller floats are bit patterns. */
export type TensorData = NumberData | BigData | string[];

/**
 * A strided view of storage. Element (i, j, ...) is `data[offset + i * strides[0] + j * strides[1] + ...]`
 * (times two for complex, whose lanes are adjacent). Strides count elements and may be 0 or negative.
 * A tensor of f16, bf16 or f32 may hold a Float64Array: its values are kept in double (`precision: "f64"`).
 * Tensors are not changed once made.
 */
export interface Tensor {
  readonly kind: "tensor";
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
  readonly data: TensorData;
}

/** Number of elements of a shape. Throws when that, or a dim, passes 2^53. */
export function elementCount(shape: readonly number[]): number {
  let count = 1;
  let isSafe = true;
  for (const dim of shape) {
    count *= dim;
    isSafe &&= Number.isSafeInteger(dim);
  }
  if (isSafe && Number.isSafeInteger(count)) return count;
  if (isSafe && shape.includes(0)) return 0;
  throw new HoduError(
    "MEMORY_LIMIT",
    `Cannot make a tensor of shape [${shape.join(", ")}]: it has more than 2^53 elements`,
  );
}

/** Row-major strides, in elements. */
export function denseStrides(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = step;
    step *= shape[axis];
  }
  return strides;
}

/** A dense tensor over `data`, which must hold exactly the shape's elements. */
export function tensorOf(dtype: DType, shape: readonly number[], data: TensorData): Tensor {
  if (data.length !== elementCount(shape) * lanesOf(dtype)) {
    throw new HoduError(
      "INVALID_GRAPH",
      `Cannot make a tensor ${dtype}[${shape.join(", ")}]: found ${data.length} elements, expected ${elementCount(shape) * lanesOf(dtype)}`,
    );
  }
  return { kind: "tensor", dtype, shape: [...shape], strides: denseStrides(shape), offset: 0, data };
}

/** Zeroed storage for `count` elements; `wide` keeps f16, bf16 and f32 in double. */
export function newStorage(dtype: DType, count: number, wide = false): TensorData {
  if (wide && isWidened(dtype)) return new Float64Array(count);
  const length = count * lanesOf(dtype);
  switch (DTYPES[dtype].storage) {
    case "Uint8Array":
      return new Uint8Array(length);
    case "Int8Array":
      return new Int8Array(length);
    case "Uint16Array":
      return new Uint16Array(length);
    case "Int16Array":
      return new Int16Array(length);
    case "Uint32Array":
      return new Uint32Array(length);
    case "Int32Array":
      return new Int32Array(length);
    case "BigInt64Array":
      return new BigInt64Array(length);
    case "BigUint64Array":
      return new BigUint64Array(length);
    case "Float32Array":
      return new Float32Array(length);
    case "Float64Array":
      return new Float64Array(length);
    case "Array":
      return new Array<string>(length).fill("");
  }
}

/** True when the elements lie in row-major order without gaps (its first element may still be at an offset). */
export function isDense(tensor: Tensor): boolean {
  let step = 1;
  for (let axis = tensor.shape.length - 1; axis >= 0; axis--) {
    const dim = tensor.shape[axis];
    if (dim === 0) return true;
    if (dim !== 1 && tensor.strides[axis] !== step) return false;
    step *= dim;
  }
  return true;
}

/** True when f16, bf16 or f32 values are kept in double. */
export function isWide(tensor: Tensor): boolean {
  return isWidened(tensor.dtype) && tensor.data instanceof Float64Array;
}

/**
 * The tensor's elements in row-major order, in its storage form. No copy when it is dense; never write to the result.
 */
export function denseData(tensor: Tensor): TensorData {
  const lanes = lanesOf(tensor.dtype);
  const length = elementCount(tensor.shape) * lanes;
  if (isDense(tensor)) {
    const start = tensor.offset * lanes;
    if (start === 0 && tensor.data.length === length) return tensor.data;
    return Array.isArray(tensor.data)
      ? tensor.data.slice(start, start + length)
      : tensor.data.subarray(start, start + length);
  }
  const out = newStorage(tensor.dtype, length / lanes, isWide(tensor));
  copyStrided(tensor, out, lanes);
  return out;
}

/** Copies a strided tensor's elements, in row-major order, into `out`. */
function copyStrided(tensor: Tensor, out: TensorData, lanes: number): void {
  const { shape, strides, offset, data } = tensor;
  const from = bitsOf(data) as unknown as { [index: number]: unknown };
  const to = bitsOf(out) as unknown as { [index: number]: unknown };
  const rank = shape.length;
  if (out.length === 0) return;
  const inner = shape[rank - 1];
  const innerStride = strides[rank - 1];
  const index = new Array<number>(rank).fill(0);
  let at = 0;
  let base = offset;
  while (at < out.length) {
    for (let i = 0, source = base; i < inner; i++, source += innerStride) {
      if (lanes === 1) to[at++] = from[source];
      else for (let lane = 0; lane < lanes; lane++) to[at++] = from[source * lanes + lane];
    }
    let axis = rank - 2;
    for (; axis >= 0; axis--) {
      base += strides[axis];
      if (++index[axis] < shape[axis]) break;
      base -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
    if (axis < 0) return;
  }
}

/** Singles as words: as numbers they pass through double, where a signalling NaN becomes a quiet one. */
function bitsOf(data: TensorData): TensorData {
  return data instanceof Float32Array ? new Uint32Array(data.buffer, data.byteOffset, data.length) : data;
}

/** What the storages of two tensors have in common when they may share memory: the buffer, or the array of strings. */
export function storageKey(data: TensorData): object {
  return Array.isArray(data) ? data : data.buffer;
}

/** Copies all elements to storage of the same class and length; the two may overlap. */
export function copyElements(from: TensorData, to: TensorData): void {
  if (!Array.isArray(to)) (to as Uint8Array).set(from as Uint8Array);
  else for (let i = 0; i < to.length; i++) to[i] = from[i] as string;
}

/** The tensor in row-major order from its first storage element on; itself when it is so already. */
export function dense(tensor: Tensor): Tensor {
  const data = denseData(tensor);
  if (data === tensor.data) return tensor;
  return {
    kind: "tensor",
    dtype: tensor.dtype,
    shape: tensor.shape,
    strides: denseStrides(tensor.shape),
    offset: 0,
    data,
  };
}

/** The same elements under another shape of the same count; a view when the tensor is dense. */
export function reshaped(tensor: Tensor, shape: readonly number[]): Tensor {
  if (isDense(tensor)) return { ...tensor, shape: [...shape], strides: denseStrides(shape) };
  return { ...dense(tensor), shape: [...shape], strides: denseStrides(shape) };
}

/** A view with the axes in another order. */
export function transposed(tensor: Tensor, permutation: readonly number[]): Tensor {
  return {
    ...tensor,
    shape: permutation.map((axis) => tensor.shape[axis]),
    strides: permutation.map((axis) => tensor.strides[axis]),
  };
}

/** A view broadcast to `shape` by numpy's rules (stride 0 where a dim of 1 is repeated). The shapes must fit. */
export function broadcastTo(tensor: Tensor, shape: readonly number[]): Tensor {
  const lead = shape.length - tensor.shape.length;
  return {
    ...tensor,
    shape: [...shape],
    strides: shape.map((dim, axis) =>
      axis < lead || (tensor.shape[axis - lead] === 1 && dim !== 1) ? 0 : tensor.strides[axis - lead],
    ),
  };
}

/** A view of `count` elements of one axis: start, start + step, ... (step may be negative). */
export function sliced(tensor: Tensor, axis: number, start: number, count: number, step = 1): Tensor {
  return {
    ...tensor,
    shape: tensor.shape.map((dim, i) => (i === axis ? count : dim)),
    strides: tensor.strides.map((stride, i) => (i === axis ? stride * step : stride)),
    offset: count === 0 ? tensor.offset : tensor.offset + start * tensor.strides[axis],
  };
}

/** A view of position `index` of one axis, without that axis. */
export function selected(tensor: Tensor, axis: number, index: number): Tensor {
  return {
    ...tensor,
    shape: tensor.shape.filter((_, i) => i !== axis),
    strides: tensor.strides.filter((_, i) => i !== axis),
    offset: tensor.offset + index * tensor.strides[axis],
  };
}

/** A view with an axis of length 1 inserted before `axis`. */
export function unsqueezed(tensor: Tensor, axis: number): Tensor {
  return {
    ...tensor,
    shape: [...tensor.shape.slice(0, axis), 1, ...tensor.shape.slice(axis)],
    strides: [...tensor.strides.slice(0, axis), 0, ...tensor.strides.slice(axis)],
  };
}
