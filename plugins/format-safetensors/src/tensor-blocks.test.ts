import { bytesOfTensor, CHUNK_BYTES, elementCount, type Tensor, tensorOf, transposed } from "hodu-plugin-sdk";
import { expect, test } from "vitest";
import { tensorBlocks } from "./tensor-blocks.ts";

const counting = (shape: readonly number[]): Tensor =>
  tensorOf(
    "i32",
    shape,
    Int32Array.from({ length: elementCount(shape) }, (_, i) => i),
  );

function joined(tensor: Tensor): Buffer {
  return Buffer.concat([...tensorBlocks(tensor)].map(bytesOfTensor));
}

test.each([
  ["in order", counting([3, 500_001])],
  ["with its axes exchanged", transposed(counting([1000, 1501]), [1, 0])],
  ["of one long row that is strided", transposed(counting([1_200_000, 1, 2]), [1, 2, 0])],
  ["of rank 0", counting([])],
  ["without elements", counting([3, 0, 2])],
])("the blocks of a tensor %s are its bytes", (_, tensor) => {
  expect(joined(tensor).equals(bytesOfTensor(tensor))).toBe(true);
});

test("no block is larger than a chunk, and blocks of a dense tensor are views", () => {
  const tensor = counting([7, 300_001]);
  const blocks = [...tensorBlocks(tensor)];
  expect(blocks.length).toBeGreaterThan(1);
  for (const block of blocks) {
    expect(bytesOfTensor(block).length).toBeLessThanOrEqual(CHUNK_BYTES);
    expect(block.data).toBe(tensor.data);
  }
  for (const block of tensorBlocks(transposed(tensor, [1, 0]))) {
    expect(bytesOfTensor(block).length).toBeLessThanOrEqual(CHUNK_BYTES);
  }
});

test("blocks of elements below a byte fill whole bytes", () => {
  const count = 3 * 1_400_004;
  const tensor = tensorOf(
    "f6e2m3",
    [3, count / 3],
    new Uint8Array(count).map((_, i) => i & 63),
  );
  expect(joined(tensor).equals(bytesOfTensor(tensor))).toBe(true);
  expect([...tensorBlocks(tensor)].length).toBe(2);
});
