import { bytesPerElement, CHUNK_BYTES, elementCount, type HoduError, type Value } from "hodu-plugin-sdk";
import { bytesOfTensor, isDense, isWide, sliced, type Tensor } from "hodu-plugin-sdk";
import { cannotHold, type Obstacle } from "./cannot-hold.ts";
import { descrOf } from "./descr.ts";
import { encodeStrings } from "./encode-strings.ts";
import { MAX_RANK } from "./limits.ts";
import { headerOf } from "./write-header.ts";

/** An array as a .npy file, in pieces of a few milliseconds' work, which can be made more than once. */
export interface EncodedArray {
  readonly size: number;
  pieces(): Iterable<Uint8Array>;
}

/** Elements without a header, as NumPy describes them. */
export interface EncodedElements extends EncodedArray {
  readonly descr: string;
}

/** Elements that are gathered or rounded at a time. */
const GATHERED = 1 << 18;

/** The .npy file of a value, in C order. Throws UNSUPPORTED. */
export function encodeArray(name: string, value: Value, file: string): EncodedArray {
  const refuse = (obstacle: Obstacle): HoduError => cannotHold(file, name, obstacle);
  if (value.kind !== "tensor") throw refuse({ found: `a ${value.kind}`, expected: "a tensor", use: ".hdt" });
  if (value.shape.length > MAX_RANK) {
    throw refuse({ found: `${value.shape.length} axes`, expected: `the ${MAX_RANK} of NumPy at most`, use: ".hdt" });
  }
  const elements = value.dtype === "string" ? encodeStrings(value, refuse) : encodeNumbers(value, refuse);
  const header = headerOf(elements.descr, value.shape);
  return {
    size: header.length + elements.size,
    *pieces() {
      yield header;
      yield* elements.pieces();
    },
  };
}

function encodeNumbers(tensor: Tensor, refuse: (obstacle: Obstacle) => HoduError): EncodedElements {
  const { dtype, shape } = tensor;
  const descr = descrOf(dtype);
  if (descr === undefined) {
    const use = dtype === "bf16" || dtype.startsWith("f") ? ".safetensors" : ".hdt";
    throw refuse({ found: `elements of dtype ${dtype}, which NumPy does not have`, expected: "one that it has", use });
  }
  const bytes = bytesPerElement(dtype);
  const most = isDense(tensor) && !isWide(tensor) ? CHUNK_BYTES / bytes : GATHERED;
  return {
    descr,
    size: bytes * elementCount(shape),
    *pieces() {
      for (const block of blocksOf(tensor, most)) yield bytesOfTensor(block);
    },
  };
}

/** The tensor cut along its first axes into blocks of at most `most` elements, in order. */
function* blocksOf(tensor: Tensor, most: number): Generator<Tensor> {
  const count = elementCount(tensor.shape);
  if (count === 0) return;
  if (count <= most) {
    yield tensor;
    return;
  }
  const axis = tensor.shape.findIndex((dim) => dim > 1);
  const length = tensor.shape[axis];
  const step = Math.max(1, Math.floor((most * length) / count));
  for (let start = 0; start < length; start += step) {
    yield* blocksOf(sliced(tensor, axis, start, Math.min(step, length - start)), most);
  }
}
