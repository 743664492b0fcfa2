import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { MAX_SPARE_BYTES, MOST_MEMORY_BYTES } from "./limits.ts";
import { SpareMemory } from "./spare-memory.ts";

const SIZE = 1 << 20;

/** Counts what is asked of the system. */
let fresh = 0;
beforeEach(() => {
  fresh = 0;
  const allocate = Buffer.allocUnsafeSlow.bind(Buffer);
  vi.spyOn(Buffer, "allocUnsafeSlow").mockImplementation((size) => {
    fresh += 1;
    return allocate(size);
  });
});
afterEach(() => vi.restoreAllMocks());

it("gives memory of the size, used again when it was given back, which takes it from who still looks", () => {
  const spare = new SpareMemory();
  const [first, other] = [spare.take(SIZE).fill(1), spare.take(SIZE).fill(2)];
  spare.giveBack(first.buffer);
  spare.giveBack(first.buffer);
  expect([first.length, other[0]]).toEqual([0, 2]);
  spare.take(SIZE + 1);
  expect(fresh).toBe(3);
  expect([spare.take(SIZE)[SIZE - 1], fresh]).toEqual([1, 3]);
  spare.take(SIZE);
  expect([other[0], fresh]).toEqual([2, 4]);
});

it("leaves memory alone that is not from it, that is small, or that is gone", () => {
  const spare = new SpareMemory();
  const foreign = new Uint8Array(SIZE + 48);
  const [small, gone] = [spare.take(1024).fill(1), spare.take(SIZE)];
  structuredClone(gone.buffer, { transfer: [gone.buffer as ArrayBuffer] });
  for (const { buffer } of [foreign, small, gone]) spare.giveBack(buffer);
  expect([foreign.length, small.length]).toEqual([SIZE + 48, 1024]);
  spare.take(SIZE);
  expect([spare.take(1024)[0], fresh]).toEqual([0, 2]);
});

it("makes memory ready once for each size that is expected", () => {
  const spare = new SpareMemory();
  spare.expect(SIZE);
  spare.expect(SIZE);
  expect(fresh).toBe(1);
  const ready = spare.take(SIZE).fill(5);
  expect(fresh).toBe(1);
  spare.giveBack(ready.buffer);
  spare.expect(SIZE);
  expect([spare.take(SIZE)[0], fresh]).toEqual([5, 1]);
});

it("aligns memory for every element type", () => {
  const spare = new SpareMemory();
  for (const size of [0, 8, 1000, SIZE, SIZE + 3]) expect(spare.take(size).byteOffset % 16).toBe(0);
});

it("holds a bounded number of bytes, the newest, and none once it is cleared", () => {
  const spare = new SpareMemory();
  const count = MAX_SPARE_BYTES / MOST_MEMORY_BYTES + 2;
  const all = Array.from({ length: count }, (_, i) => spare.take(MOST_MEMORY_BYTES).fill(i));
  for (const { buffer } of all) spare.giveBack(buffer);
  const again = Array.from({ length: count }, () => spare.take(MOST_MEMORY_BYTES)[0]);
  expect([again.slice(0, 3), fresh]).toEqual([[5, 4, 3], 2 * count - 3]);
  spare.giveBack(spare.take(SIZE).buffer);
  spare.clear();
  spare.take(SIZE);
  expect(fresh).toBe(2 * count - 3 + 2);
});
