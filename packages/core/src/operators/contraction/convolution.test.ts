import { describe, expect, it } from "vitest";
import { kernelContext } from "../../evaluate/kernel-context.ts";
import { mersenneTwister } from "../../random/mt19937.ts";
import { doubles, tensorFrom } from "../../tensors/elements.ts";
import { elementCount, type Tensor } from "../../tensors/tensor.ts";
import { col2Im } from "./col2-im.ts";
import { conv } from "./conv.ts";
import { convTranspose } from "./conv-transpose.ts";
import { type Convolution, convolutionOf, outputShape } from "./convolution.ts";
import { deformConv } from "./deform-conv.ts";

const node = { op: "Conv", domain: "", name: "n", inputs: [], outputs: ["y"], attributes: [], origin: [] };
const context = kernelContext(node, {});

function run(operator: typeof conv, inputs: readonly (Tensor | undefined)[], attributes: object): Tensor {
  const steps = operator.reference!(inputs, { auto_pad: "NOTSET", group: 1, ...attributes }, context);
  if (!("next" in steps)) return steps[0] as Tensor;
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value[0] as Tensor;
}

interface Case {
  readonly x: Tensor;
  readonly w: Tensor;
  readonly attributes: { group: number; pads: number[]; strides: number[]; dilations: number[] };
}

/** A small convolution of one to three spatial axes, with groups and everything else that moves windows. */
function randomCase(seed: number): Case {
  const random = mersenneTwister(seed);
  const below = (limit: number): number => Math.floor(random.uniform() * limit);
  const rank = 1 + below(3);
  const list = (count: number, make: () => number): number[] => Array.from({ length: count }, make);
  const group = 1 + below(3);
  const [perGroup, filters] = [1 + below(3), group * (1 + below(6))];
  const tensor = (shape: readonly number[]): Tensor =>
    tensorFrom(
      "f64",
      shape,
      list(elementCount(shape), () => random.uniform() - 0.5),
    );
  return {
    x: tensor([1 + below(2), group * perGroup, ...list(rank, () => 5 + below(5))]),
    w: tensor([filters, perGroup, ...list(rank, () => 1 + below(3))]),
    attributes: {
      group,
      pads: list(2 * rank, () => below(3)),
      strides: list(rank, () => 1 + below(3)),
      dilations: list(rank, () => 1 + below(2)),
    },
  };
}

/** Calls `visit` with the flat indices of every x, w and y element that belong together, by the definition. */
function eachProduct(
  { axes, batch, channels, filters, groups }: Convolution,
  visit: (x: number, w: number, y: number) => void,
): void {
  const depth = channels / groups;
  const size = (key: "size" | "kernel" | "count"): number => axes.reduce((total, axis) => total * axis[key], 1);
  const [plane, taps, positions] = [size("size"), size("kernel"), size("count")];
  for (let y = 0; y < batch * filters * positions; y++) {
    const filter = Math.floor(y / positions) % filters;
    const image = Math.floor(y / positions / filters) * channels + Math.floor(filter / (filters / groups)) * depth;
    for (let tap = 0; tap < taps; tap++) {
      const at = inputAt(axes, y % positions, tap);
      if (at < 0) continue;
      for (let c = 0; c < depth; c++) visit((image + c) * plane + at, (filter * depth + c) * taps + tap, y);
    }
  }
}

function inputAt(axes: Convolution["axes"], position: number, tap: number): number {
  let at = 0;
  let stride = 1;
  for (const axis of axes.toReversed()) {
    const place = (position % axis.count) * axis.stride - axis.begin + (tap % axis.kernel) * axis.dilation;
    if (place < 0 || place >= axis.size) return -1;
    at += place * stride;
    stride *= axis.size;
    position = Math.floor(position / axis.count);
    tap = Math.floor(tap / axis.kernel);
  }
  return at;
}

function expectClose(found: Tensor, expected: Float64Array): void {
  const values = doubles(found);
  expect(values.length).toBe(expected.length);
  values.forEach((value, i) => expect(value).toBeCloseTo(expected[i], 10));
}

describe.each(Array.from({ length: 30 }, (_, seed) => seed))("convolutions, seed %i", (seed) => {
  const { x, w, attributes } = randomCase(seed);
  const convolution = convolutionOf(x.shape, w.shape, attributes, context);
  const y = run(conv, [x, w], attributes);

  it("sum the products of the definition", () => {
    const [left, right] = [doubles(x), doubles(w)];
    const expected = new Float64Array(elementCount(outputShape(convolution)));
    eachProduct(convolution, (i, j, o) => {
      expected[o] += left[i] * right[j];
    });
    expect(y.shape).toEqual(outputShape(convolution));
    expectClose(y, expected);
  });

  it("are Conv where DeformConv moves nothing", () => {
    const { axes, batch } = convolution;
    const taps = axes.reduce((total, { kernel }) => total * kernel, 1);
    const shape = [batch, taps * axes.length, ...axes.map(({ count }) => count)];
    const still = tensorFrom("f64", shape, new Array(elementCount(shape)).fill(0));
    expectClose(run(deformConv, [x, w, still], { ...attributes, offset_group: 1 }), doubles(y));
  });

  it("are turned around by ConvTranspose", () => {
    const expected = new Float64Array(elementCount(x.shape));
    const [values, weights] = [doubles(y), doubles(w)];
    eachProduct(convolution, (i, j, o) => {
      expected[i] += values[o] * weights[j];
    });
    // what the windows do not reach is output padding, of which there may be any number
    const padding = convolution.axes.map(
      (axis) =>
        axis.size - ((axis.count - 1) * axis.stride + (axis.kernel - 1) * axis.dilation + 1 - axis.begin - axis.end),
    );
    const back = run(convTranspose, [y, w], { ...attributes, output_padding: padding });
    expect(back.shape).toEqual(x.shape);
    expectClose(back, expected);
  });

  it("have columns that Col2Im adds up", () => {
    const { axes, batch } = convolution;
    const [taps, blocks] = [
      axes.reduce((total, { kernel }) => total * kernel, 1),
      axes.reduce((total, { count }) => total * count, 1),
    ];
    const columns = Array.from({ length: batch * taps * blocks }, (_, i) => (i * 7919) % 101);
    const expected = new Float64Array(batch * axes.reduce((total, { size }) => total * size, 1));
    eachProduct({ axes, batch, channels: 1, filters: 1, groups: 1 }, (i, tap, o) => {
      expected[i] += columns[(Math.floor(o / blocks) * taps + tap) * blocks + (o % blocks)];
    });
    const shapeOf = (key: "size" | "kernel") =>
      tensorFrom(
        "i64",
        [axes.length],
        axes.map((axis) => axis[key]),
      );
    const input = tensorFrom("f64", [batch, taps, blocks], columns);
    const { pads, strides, dilations } = attributes;
    expectClose(run(col2Im, [input, shapeOf("size"), shapeOf("kernel")], { pads, strides, dilations }), expected);
  });
});

it("convolves more positions, depth and filters than one tile holds", () => {
  const ones = (shape: readonly number[]): Tensor => tensorFrom("f32", shape, new Array(elementCount(shape)).fill(1));
  const y = run(conv, [ones([1, 40, 13, 13]), ones([9, 40, 3, 3])], { pads: [1, 1, 1, 1] });
  const values = doubles(y);
  expect(values[0]).toBe(160);
  expect(values[14]).toBe(360);
  expect(values.at(-1)).toBe(160);
});

it("keeps what a padded row does not reach out of the sums", () => {
  const x = tensorFrom("f32", [1, 1, 2], [NaN, 1]);
  const w = tensorFrom("f32", [1, 1, 1], [2]);
  expect([...doubles(run(conv, [x, w], { pads: [1, 1] }))]).toEqual([0, NaN, 2, 0]);
});
