import { isPacked } from "../dtypes/packing.ts";
import { elementCount, reshaped, selected, sliced, type Tensor } from "./tensor.ts";

/**
 * Views of parts of a tensor of at most `most` elements (a multiple of 8), which are the tensor in row-major order: what is
 * turned into bytes or numbers at once stays small, however the tensor is strided. Where the parts end depends on dtype and
 * shape alone; parts of elements below a byte fill whole bytes, but for the last.
 */
export function* tensorBlocks(tensor: Tensor, most: number): Generator<Tensor> {
  yield* blocksOf(isPacked(tensor.dtype) ? reshaped(tensor, [elementCount(tensor.shape)]) : tensor, most);
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
