import { type DType, isBig, lanesOf } from "../../dtypes/dtypes.ts";
import type { KernelContext, Steps } from "../../kernels/context.ts";
import { contiguous } from "../../kernels/move.ts";
import {
  windowAxes,
  windowsOf,
  type WindowAttributes,
  type WindowAxis,
  type ColumnTaps,
  columnTaps,
  rowTaps,
} from "../../kernels/windows.ts";
import { knownNumbers, knownShape } from "../../lowering/known-numbers.ts";
import { columnsToImagePoints } from "../../lowering/scattered-windows.ts";
import { divDimsExact, formatShape, staticShape } from "../../snapshot/dims.ts";
import { bigints, indices, numbers, tensorFrom } from "../../tensors/elements.ts";
import { type BigData, denseData, elementCount, type NumberData, type Tensor } from "../../tensors/tensor.ts";
import { tensorType } from "../../tensors/values.ts";
import { ints } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { ANY_13 } from "../type-sets.ts";

/**
 * Adds the blocks in the columns of input [N, C * product(block_shape), L] up to images [N, C, ...image_shape];
 * L is the number of blocks that fit with the strides, pads and dilations. ONNX Col2Im.
 */
export const col2Im = defineOperator({
  name: "Col2Im",
  versions: [{ since: 18 }],
  inputs: [required("input", "T"), required("image_shape", "i64"), required("block_shape", "i64")],
  outputs: [required("output", "T")],
  types: { T: ANY_13 },
  attributes: { dilations: ints(), pads: ints(), strides: ints() },
  infer(context) {
    const [dtype, x, image, block] = [context.dtype(0), context.shape(0), context.values(1), context.values(2)];
    if (x !== undefined && x.length !== 3) context.fail(`input has rank ${x.length}, expected 3`);
    if (dtype === undefined) return [undefined];
    const sizes = staticShape(block);
    if (sizes !== undefined) {
      if (image !== undefined && image.length !== sizes.length) {
        context.fail(`image_shape has ${image.length} values, expected ${sizes.length} as block_shape has`);
      }
      windowsOf(sizes, context.attributes, context);
    }
    if (image === undefined) return [tensorType(dtype)];
    if (image.some((dim) => typeof dim === "number" && dim < 0)) {
      context.fail(`image_shape ${formatShape(image)} has a negative size`);
    }
    const channels = x && sizes && divDimsExact(x[1], productOf(sizes));
    return [tensorType(dtype, [x?.[0] ?? context.fresh(), channels ?? context.fresh(), ...image])];
  },
  *reference(inputs, attributes, context) {
    const [x, imageShape, blockShape] = inputs as Tensor[];
    context.reserve(16 * (elementCount(imageShape.shape) + elementCount(blockShape.shape)));
    const { axes, shape } = foldOf(x.shape, indices(imageShape), indices(blockShape), attributes, context);
    if (x.dtype === "string") context.fail("strings cannot be added");
    const out = isBig(x.dtype) ? context.bigOutput(x.dtype, shape) : numberTarget(x.dtype, shape, context);
    const lanes = lanesOf(x.dtype);
    if (isBig(x.dtype))
      yield* fold(
        axes,
        bigints(yield* contiguous(x, context)),
        new BigInt64Array(planeOf(axes, context)),
        out.data as BigData,
        1,
        context,
      );
    else {
      const source = yield* contiguous(x, context);
      const data = lanes === 2 ? (denseData(source) as NumberData) : numbers(source);
      yield* fold(axes, data, new Float64Array(planeOf(axes, context)), out.data as NumberData, lanes, context);
      if (x.dtype === "bool") asBits(out.data as NumberData);
    }
    return [out.tensor()];
  },
  lower: (node) => {
    const [image, block] = [knownNumbers(node, 1, "image shape")!, knownNumbers(node, 2, "block shape")!];
    const rules = { fail: (rule: string) => node.cannot(rule), fresh: () => 0 };
    const { axes } = foldOf(knownShape(node, node.inputs[0]!), image, block, node.attributes, rules);
    return columnsToImagePoints(node, axes);
  },
  accuracy: "reduction",
  samples: () => [
    {
      inputs: [
        tensorFrom(
          "f32",
          [1, 5, 5],
          [1, 6, 11, 16, 21, 2, 7, 12, 17, 22, 3, 8, 13, 18, 23, 4, 9, 14, 19, 24, 5, 0, 15, 20, 25],
        ),
        tensorFrom("i64", [2], [5, 5]),
        tensorFrom("i64", [2], [1, 5]),
      ],
      outputs: [
        tensorFrom(
          "f32",
          [1, 1, 5, 5],
          [1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25],
        ),
      ],
    },
    {
      attributes: { strides: [2, 1], pads: [1, 0, 0, 1], dilations: [1, 2] },
      inputs: [
        tensorFrom(
          "i64",
          [1, 8, 4],
          Array.from({ length: 32 }, (_, i) => i),
        ),
        tensorFrom("i64", [2], [3, 3]),
        tensorFrom("i64", [2], [2, 2]),
      ],
    },
  ],
  errors: () => [
    {
      inputs: [
        tensorFrom("f32", [1, 4, 3], new Array(12).fill(0)),
        tensorFrom("i64", [2], [3, 3]),
        tensorFrom("i64", [2], [2, 2]),
      ],
      message: /input has 3 columns, expected the 4 blocks/,
    },
    {
      inputs: [
        tensorFrom("f32", [1, 3, 4], new Array(12).fill(0)),
        tensorFrom("i64", [2], [3, 3]),
        tensorFrom("i64", [2], [2, 2]),
      ],
      message: /input has 3 rows, expected a multiple of the 4 elements/,
    },
  ],
});

const productOf = (values: readonly number[]): number => values.reduce((total, value) => total * value, 1);

function foldOf(
  x: readonly number[],
  image: readonly number[],
  block: readonly number[],
  attributes: WindowAttributes,
  context: { fail(rule: string): never },
): { axes: WindowAxis[]; shape: number[] } {
  if (x.length !== 3) context.fail(`input has rank ${x.length}, expected 3`);
  if (image.length !== block.length || image.length === 0) {
    context.fail(
      `image_shape has ${image.length} values and block_shape ${block.length}, expected as many, at least 1`,
    );
  }
  if (image.some((size) => size < 0)) context.fail(`image_shape ${formatShape(image)} has a negative size`);
  const axes = windowAxes(image, block, attributes, context);
  const [taps, blocks] = [productOf(block), productOf(axes.map(({ count }) => count))];
  if (x[1] % taps !== 0) context.fail(`input has ${x[1]} rows, expected a multiple of the ${taps} elements of a block`);
  if (x[2] !== blocks) context.fail(`input has ${x[2]} columns, expected the ${blocks} blocks that fit the image`);
  return { axes, shape: [x[0], x[1] / taps, ...image] };
}

interface Target {
  readonly data: NumberData | BigData;
  tensor(): Tensor;
}

function numberTarget(dtype: DType, shape: readonly number[], context: KernelContext): Target {
  if (lanesOf(dtype) === 1) return context.output(dtype, shape);
  const tensor = context.allocate(dtype, shape);
  return { data: tensor.data as NumberData, tensor: () => tensor };
}

function planeOf(axes: readonly WindowAxis[], context: KernelContext): number {
  const plane = productOf(axes.map(({ size }) => size));
  context.reserve(8 * plane);
  return plane;
}

function asBits(data: NumberData): void {
  for (let i = 0; i < data.length; i++) if (data[i] !== 0) data[i] = 1;
}

/** Adds the columns of each plane, lane by lane, in `image`, and stores it. */
function* fold<Data extends { [index: number]: number | bigint; readonly length: number }>(
  axes: readonly WindowAxis[],
  x: Data,
  image: { [index: number]: number | bigint; readonly length: number; fill(value: never): unknown },
  out: Data,
  lanes: number,
  context: KernelContext,
): Steps<void> {
  const blocks = productOf(axes.map(({ count }) => count));
  const taps = productOf(axes.map(({ kernel }) => kernel));
  const add = adder(axes, blocks, x, image, lanes, context);
  if (out.length === 0) return;
  const planes = out.length / lanes / image.length;
  for (let plane = 0; plane < planes; plane++) {
    for (let lane = 0; lane < lanes; lane++) {
      image.fill((typeof out[0] === "bigint" ? 0n : 0) as never);
      yield* add(plane * taps * blocks, lane);
      for (let i = 0; i < image.length; i++) out[(plane * image.length + i) * lanes + lane] = image[i];
    }
  }
}

function adder(
  axes: readonly WindowAxis[],
  blocks: number,
  x: { [index: number]: number | bigint },
  image: { [index: number]: number | bigint },
  lanes: number,
  context: KernelContext,
) {
  const { kernel, stride, count } = axes.at(-1)!;
  let columns: ColumnTaps | undefined;
  const valid = { taps: [], starts: [] } as { taps: number[]; starts: number[] };
  return function* add(from: number, lane: number): Steps<void> {
    columns ??= yield* columnTaps(axes.at(-1)!, context);
    for (let row = 0; row < blocks / count; row++) {
      rowTaps(axes, row, valid);
      for (let t = 0; t < valid.taps.length; t++) {
        for (let i = 0; i < columns.taps.length; i++) {
          const source = from + (valid.taps[t] * kernel + columns.taps[i]) * blocks + row * count;
          const target = valid.starts[t] + columns.start[i];
          for (let o = columns.first[i]; o < columns.end[i]; o++) {
            image[target + o * stride] = ((image[target + o * stride] as number) +
              (x[(source + o) * lanes + lane] as number)) as number;
          }
        }
      }
      yield undefined;
    }
  };
}
