import { array, assert, constantFrom, integer, property, record, tuple } from "fast-check";
import { expect, it } from "vitest";
import { packedCount, packElements } from "./pack-elements.ts";
import type { Packing } from "./types.ts";

/** What a packing means, element by element. */
function expectedOf(source: readonly number[], { sizes, strides, limits }: Packing): number[] {
  const packed: number[] = [];
  const visit = (index: readonly number[]): void => {
    if (index.length < sizes.length) {
      for (let i = 0; i < sizes[index.length]; i++) visit([...index, i]);
      return;
    }
    const isPadding = limits.some(
      ({ axes, below }) => !(axes.reduce((sum, { axis, scale }) => sum + index[axis] * scale, 0) < below),
    );
    packed.push(isPadding ? 0 : source[index.reduce((sum, i, axis) => sum + i * strides[axis], 0)]);
  };
  visit([]);
  return packed;
}

const ARRAYS = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array } as const;

it("lays a matrix out in panels of columns, filled up with zeros", () => {
  const columns = 5;
  const source = Float32Array.from({ length: 3 * columns }, (_, i) => i + 1);
  const packing: Packing = {
    sizes: [2, 3, 4],
    strides: [4, columns, 1],
    limits: [
      {
        axes: [
          { axis: 0, scale: 4 },
          { axis: 2, scale: 1 },
        ],
        below: columns,
      },
    ],
  };
  const packed = new Float32Array(packedCount(packing));
  packElements(new Uint8Array(source.buffer), 4, packing, new Uint8Array(packed.buffer));
  expect([...packed]).toEqual([1, 2, 3, 4, 6, 7, 8, 9, 11, 12, 13, 14, 5, 0, 0, 0, 10, 0, 0, 0, 15, 0, 0, 0]);
});

it("keeps the bits of a signalling NaN", () => {
  const bits = Uint32Array.of(0x7fa00001, 1);
  const packing: Packing = { sizes: [2], strides: [1], limits: [] };
  const packed = new Uint32Array(2);
  packElements(new Uint8Array(bits.buffer), 4, packing, new Uint8Array(packed.buffer));
  expect([...packed]).toEqual([...bits]);
});

it("gives what its definition says, for sources at any address", () => {
  const axis = record({ size: integer({ min: 0, max: 5 }), stride: integer({ min: 0, max: 9 }) });
  const limit = record({
    scales: array(integer({ min: 0, max: 4 }), { minLength: 4, maxLength: 4 }),
    below: integer({ min: -1, max: 12 }),
  });
  const any = tuple(
    array(axis, { maxLength: 4 }),
    array(limit, { maxLength: 2 }),
    constantFrom(1, 2, 4),
    integer({ min: 0, max: 3 }),
  );
  assert(
    property(any, ([axes, rules, width, shift]) => {
      const packing: Packing = {
        sizes: axes.map(({ size }) => size),
        strides: axes.map(({ stride }) => stride),
        limits: rules.map(({ scales, below }) => ({
          axes: axes.map((_, i) => ({ axis: i, scale: scales[i] })).filter(({ scale }) => scale > 0),
          below,
        })),
      };
      const reach = axes.reduce((sum, { size, stride }) => sum + Math.max(0, size - 1) * stride, 1);
      const values = Array.from({ length: reach }, (_, i) => (i % 250) + 1);
      const Class = ARRAYS[width as keyof typeof ARRAYS];
      const bytes = new Uint8Array(shift + reach * width);
      bytes.set(new Uint8Array(Class.from(values).buffer), shift);
      const packed = new Class(packedCount(packing));
      packElements(bytes.subarray(shift), width, packing, new Uint8Array(packed.buffer));
      expect([...packed]).toEqual(expectedOf(values, packing));
    }),
    { numRuns: 500 },
  );
});
