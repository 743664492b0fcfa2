import {
  bytesPerElement,
  CHUNK_BYTES,
  elementCount,
  isDense,
  isPacked,
  reshaped,
  selected,
  sliced,
  type Tensor,
} from "hodu-plugin-sdk";

/**
 * Views of parts of a tensor, in row-major order: what is turned into bytes at once stays small, however the tensor is
 * strided. Parts of elements below a byte fill whole bytes.
 */
export function* tensorBlocks(tensor: Tensor): Generator<Tensor> {
  // CHUNK_BYTES is a multiple of 8, so that packed elements fill whole bytes
  const most = CHUNK_BYTES / bytesPerElement(tensor.dtype);
  const flat = isDense(tensor) || isPacked(tensor.dtype) ? reshaped(tensor, [elementCount(tensor.shape)]) : tensor;
  yield* blocksOf(flat, most);
}

function* blocksOf(tensor: Tensor, most: number): Generator<Tensor> {
  const count = elementCount(tensor.shape);
  if (count === 0) return;
  if (count <= most) return yield tensor;
  const [rows] = tensor.shape;
  const step = Math.floor(most / (count / rows));
  for (let row = 0; row < rows; row += Math.max(1, step)) {
    if (step > 0) yield sliced(tensor, 0, row, Math.min(step, rows - row));
    else yield* blocksOf(selected(tensor, 0, row), most);
  }
}
