import { expect, it } from "vitest";
import { MAX_SPARE_BYTES, MOST_MEMORY_BYTES } from "./limits.ts";
import { SpareMemory } from "./spare-memory.ts";

const SIZE = 1 << 20;

/** Takes memory and writes to it, so that it is known again. */
function mark(spare: SpareMemory, size: number, value: number): Uint8Array {
  return spare.take(size).fill(value);
}

it("gives memory of the size, used again when it was given back, which takes it from who still looks", () => {
  const spare = new SpareMemory();
  const [first, other] = [mark(spare, SIZE, 1), mark(spare, SIZE, 2)];
  spare.giveBack(first.buffer);
  spare.giveBack(first.buffer);
  expect([first.length, other.length]).toEqual([0, SIZE]);
  expect(spare.take(SIZE + 1)[0]).toBe(0);
  expect([spare.take(SIZE)[SIZE - 1], spare.take(SIZE)[0], other[0]]).toEqual([1, 0, 2]);
});

it("leaves memory alone that is not from it, that is small, or that is gone", () => {
  const spare = new SpareMemory();
  const foreign = new Uint8Array(SIZE + 48).fill(7);
  const [small, gone] = [mark(spare, 1024, 1), mark(spare, SIZE, 3)];
  structuredClone(gone.buffer, { transfer: [gone.buffer as ArrayBuffer] });
  for (const { buffer } of [foreign, small, gone]) spare.giveBack(buffer);
  expect([foreign.length, small.length]).toEqual([SIZE + 48, 1024]);
  expect([spare.take(SIZE)[0], spare.take(1024)[0]]).toEqual([0, 0]);
});

it("makes memory ready once for each size that is expected", () => {
  const spare = new SpareMemory();
  spare.expect(SIZE);
  spare.expect(SIZE);
  const ready = spare.take(SIZE).fill(5);
  spare.giveBack(ready.buffer);
  spare.expect(SIZE);
  expect([spare.take(SIZE)[0], spare.take(SIZE)[0]]).toEqual([5, 0]);
});

it("aligns memory for every element type", () => {
  const spare = new SpareMemory();
  for (const size of [0, 8, 1000, SIZE, SIZE + 3]) expect(spare.take(size).byteOffset % 16).toBe(0);
});

it("holds a bounded number of bytes, the newest, and none once it is cleared", () => {
  const spare = new SpareMemory();
  const count = MAX_SPARE_BYTES / MOST_MEMORY_BYTES + 2;
  const all = Array.from({ length: count }, (_, i) => mark(spare, MOST_MEMORY_BYTES, i + 1));
  for (const { buffer } of all) spare.giveBack(buffer);
  const held = Array.from({ length: count }, () => spare.take(MOST_MEMORY_BYTES)[0]);
  expect(held).toEqual([6, 5, 4, 0, 0, 0]);
  spare.giveBack(mark(spare, SIZE, 1).buffer);
  spare.clear();
  expect(spare.take(SIZE)[0]).toBe(0);
});
