import { expect, it } from "vitest";
import { MAX_SPARE_BYTES, MOST_MEMORY_BYTES } from "./limits.ts";
import { SpareMemory } from "./spare-memory.ts";

const SIZE = 1 << 20;

/** Takes memory and writes a text to it, so that it is known again: fresh memory holds anything. */
function mark(spare: SpareMemory, size: number, text: string): Uint8Array {
  const bytes = spare.take(size);
  bytes.set(new TextEncoder().encode(text));
  return bytes;
}

const markOf = (bytes: Uint8Array): string =>
  /^mark [0-9]/.exec(new TextDecoder().decode(bytes.subarray(0, 6)))?.[0] ?? "";

it("gives memory of the size, used again when it was given back, which takes it from who still looks", () => {
  const spare = new SpareMemory();
  const [first, other] = [mark(spare, SIZE, "mark 1"), mark(spare, SIZE, "mark 2")];
  spare.giveBack(first.buffer);
  spare.giveBack(first.buffer);
  expect([first.length, markOf(other)]).toEqual([0, "mark 2"]);
  expect(markOf(spare.take(SIZE + 1))).toBe("");
  expect([markOf(spare.take(SIZE)), markOf(spare.take(SIZE)), markOf(other)]).toEqual(["mark 1", "", "mark 2"]);
});

it("leaves memory alone that is not from it, that is small, or that is gone", () => {
  const spare = new SpareMemory();
  const foreign = new Uint8Array(SIZE + 48);
  const [small, gone] = [mark(spare, 1024, "mark 1"), mark(spare, SIZE, "mark 3")];
  structuredClone(gone.buffer, { transfer: [gone.buffer as ArrayBuffer] });
  for (const { buffer } of [foreign, small, gone]) spare.giveBack(buffer);
  expect([foreign.length, small.length]).toEqual([SIZE + 48, 1024]);
  expect([markOf(spare.take(SIZE)), markOf(spare.take(1024))]).toEqual(["", ""]);
});

it("makes memory ready once for each size that is expected", () => {
  const spare = new SpareMemory();
  spare.expect(SIZE);
  spare.expect(SIZE);
  spare.giveBack(mark(spare, SIZE, "mark 5").buffer);
  spare.expect(SIZE);
  expect([markOf(spare.take(SIZE)), markOf(spare.take(SIZE))]).toEqual(["mark 5", ""]);
});

it("aligns memory for every element type", () => {
  const spare = new SpareMemory();
  for (const size of [0, 8, 1000, SIZE, SIZE + 3]) expect(spare.take(size).byteOffset % 16).toBe(0);
});

it("holds a bounded number of bytes, the newest, and none once it is cleared", () => {
  const spare = new SpareMemory();
  const count = MAX_SPARE_BYTES / MOST_MEMORY_BYTES + 2;
  const all = Array.from({ length: count }, (_, i) => mark(spare, MOST_MEMORY_BYTES, `mark ${i + 1}`));
  for (const { buffer } of all) spare.giveBack(buffer);
  const held = Array.from({ length: count }, () => markOf(spare.take(MOST_MEMORY_BYTES)));
  expect(held).toEqual(["mark 6", "mark 5", "mark 4", "", "", ""]);
  spare.giveBack(mark(spare, SIZE, "mark 1").buffer);
  spare.clear();
  expect(markOf(spare.take(SIZE))).toBe("");
});
