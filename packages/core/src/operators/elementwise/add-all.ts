import { broadcastShapes } from "../../kernels/broadcast.ts";
import type { KernelContext, Outputs, Steps } from "../../kernels/context.ts";
import { BLOCK, type BlockReader, blockReader, inBlocks, storeBlock } from "../../kernels/elementwise.ts";
import type { Tensor } from "../../tensors/tensor.ts";

/** The sum of tensors of one float dtype, broadcast and divided by `divisor`, added in double and rounded once. */
export function* addAll(inputs: readonly Tensor[], divisor: number, context: KernelContext): Steps<Outputs> {
  let shape: readonly number[] = [];
  for (const input of inputs) shape = broadcastShapes(shape, input.shape, context);
  const out = context.output(inputs[0].dtype, shape);
  const readers: BlockReader[] = [];
  for (const input of inputs) readers.push(yield* blockReader(input, shape, context));
  const [first, ...others] = readers;
  const total = new Float64Array(BLOCK);
  const block = new Float64Array(BLOCK);
  yield* inBlocks(out.data.length, (start, length) => {
    first(total, start, length);
    for (const read of others) {
      read(block, start, length);
      for (let i = 0; i < length; i++) total[i] += block[i];
    }
    for (let i = 0; i < length; i++) total[i] /= divisor;
    storeBlock(out.data, start, total, length);
  });
  return [yield* out.rounded()];
}
