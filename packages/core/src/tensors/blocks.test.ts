import { expect, test } from "vitest";
import { tensorBlocks } from "./blocks.ts";
import { bytesOfTensor } from "./bytes.ts";
import { elementCount, type Tensor, tensorOf, transposed } from "./tensor.ts";

const counting = (shape: readonly number[]): Tensor =>
  tensorOf(
    "i32",
    shape,
    Int32Array.from({ length: elementCount(shape) }, (_, i) => i),
  );

const bytesOfBlocks = (tensor: Tensor, most: number): number[] =>
  [...tensorBlocks(tensor, most)].flatMap((block) => [...bytesOfTensor(block)]);

test.each([
  ["in order", counting([3, 51])],
  ["with its axes exchanged", transposed(counting([10, 17]), [1, 0])],
  ["of one long row that is strided", transposed(counting([120, 1, 2]), [1, 2, 0])],
  ["of rank 0", counting([])],
  ["without elements", counting([3, 0, 2])],
])("the blocks of a tensor %s are its bytes", (_, tensor) => {
  expect(bytesOfBlocks(tensor, 16)).toEqual([...bytesOfTensor(tensor)]);
});

test("no block has more elements than it may, and blocks of a dense tensor are views", () => {
  const tensor = counting([7, 31]);
  const blocks = [...tensorBlocks(tensor, 64), ...tensorBlocks(tensor, 16)];
  expect(blocks.every(({ data, shape }) => data === tensor.data && elementCount(shape) <= 64)).toBe(true);
  for (const { shape } of tensorBlocks(transposed(tensor, [1, 0]), 16)) expect(elementCount(shape)).toBeLessThan(17);
});

test("blocks end at the same places, whatever the strides", () => {
  const shapes = (tensor: Tensor): unknown => [...tensorBlocks(tensor, 32)].map(({ shape }) => shape);
  expect(shapes(transposed(counting([9, 40]), [1, 0]))).toEqual(shapes(counting([40, 9])));
});

test("blocks of elements below a byte fill whole bytes", () => {
  const tensor = tensorOf(
    "f6e2m3",
    [3, 20],
    new Uint8Array(60).map((_, i) => i & 63),
  );
  expect(bytesOfBlocks(tensor, 24)).toEqual([...bytesOfTensor(tensor)]);
  expect([...tensorBlocks(tensor, 24)].length).toBe(3);
});
