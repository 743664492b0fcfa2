import { integerRange, isFloat } from "../../dtypes/dtypes.ts";
import type { KernelContext, Steps } from "../../kernels/context.ts";
import { numbersOf } from "../../kernels/read-numbers.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import type { BigData, NumberData, Tensor } from "../../tensors/tensor.ts";
import { tensorType } from "../../tensors/values.ts";
import { maxPoolPoints } from "../../lowering/pool-points.ts";
import { int, ints, string } from "../attributes.ts";
import { withoutAttributes } from "../edit-node.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { REAL_12, REAL_22, types } from "../type-sets.ts";
import { type Pool, pooledShape, poolOf, slideWindows } from "./pooling.ts";
import { withoutLateWindow } from "./late-window.ts";
import { usesAny } from "./uses-any.ts";

/**
 * The largest element of each window of X [N, C, ...] (NaN if it has one), any number of spatial axes; a window in the padding alone
 * gives the dtype's least value. Indices: where it was found first, flat in X (planes are counted column by column for
 * storage_order 1); -1 for no place. ONNX MaxPool.
 */
export const maxPool = defineOperator({
  name: "MaxPool",
  versions: [
    { since: 22 },
    {
      since: 12,
      types: { T: REAL_12, I: types("i64") },
      changed: "ceil_mode kept a last window in the padding alone",
      downgrade: withoutLateWindow,
    },
    { since: 11, types: { T: types("f16 f32 f64"), I: types("i64") } },
    { since: 10 },
    {
      since: 8,
      changed: "ceil_mode and dilations were added",
      downgrade: (node) =>
        usesAny(node, "ceil_mode", "dilations") ? undefined : withoutAttributes(node, "ceil_mode", "dilations"),
      attributes: {
        auto_pad: string({ default: "NOTSET" }),
        kernel_shape: ints({ required: true }),
        pads: ints(),
        storage_order: int({ default: 0 }),
        strides: ints(),
      },
    },
    {
      since: 1,
      changed: "Indices were added",
      downgrade: (node) => (node.outputs.length > 1 ? undefined : withoutAttributes(node, "storage_order")),
      outputs: [required("Y", "T")],
      types: { T: types("f16 f32 f64") },
      attributes: {
        auto_pad: string({ default: "NOTSET" }),
        kernel_shape: ints({ required: true }),
        pads: ints(),
        strides: ints(),
      },
    },
  ],
  inputs: [required("X", "T")],
  outputs: [required("Y", "T"), optional("Indices", "I")],
  types: { T: REAL_22, I: types("i64") },
  attributes: {
    auto_pad: string({ default: "NOTSET" }),
    ceil_mode: int({ default: 0 }),
    dilations: ints(),
    kernel_shape: ints({ required: true }),
    pads: ints(),
    storage_order: int({ default: 0 }),
    strides: ints(),
  },
  infer(context) {
    const shape = pooledShape(context);
    const dtype = context.dtype(0);
    return [dtype && tensorType(dtype, shape), tensorType("i64", shape)];
  },
  *reference([x], attributes, context) {
    const { dtype, shape } = x as Tensor;
    const pool = poolOf(shape, attributes, context);
    const out = context.output(dtype, pool.shape);
    const least = isFloat(dtype) ? -Infinity : Number(integerRange(dtype).min);
    const run = { pool, data: yield* numbersOf(x as Tensor, context), out: out.data, least };
    if (!context.wants(1)) {
      yield* maxima(run, context);
      return [yield* out.rounded()];
    }
    const indices = context.bigOutput("i64", pool.shape);
    yield* maximaWithPlaces(run, placeOf(pool, attributes.storage_order), indices.data, context);
    return [yield* out.rounded(), indices.tensor()];
  },
  lower: maxPoolPoints,
  accuracy: "exact",
  samples: () => [
    {
      attributes: { kernel_shape: [5, 5], pads: [2, 2, 2, 2] },
      inputs: [
        tensorFrom(
          "f32",
          [1, 1, 5, 5],
          Array.from({ length: 25 }, (_, i) => i + 1),
        ),
      ],
      outputs: [
        tensorFrom(
          "f32",
          [1, 1, 5, 5],
          [13, 14, 15, 15, 15, 18, 19, 20, 20, 20, 23, 24, 25, 25, 25, 23, 24, 25, 25, 25, 23, 24, 25, 25, 25],
        ),
        tensorFrom(
          "i64",
          [1, 1, 5, 5],
          [12, 13, 14, 14, 14, 17, 18, 19, 19, 19, 22, 23, 24, 24, 24, 22, 23, 24, 24, 24, 22, 23, 24, 24, 24],
        ),
      ],
    },
    {
      attributes: { kernel_shape: [2, 2], strides: [2, 2], storage_order: 1 },
      inputs: [
        tensorFrom(
          "f32",
          [1, 1, 5, 5],
          Array.from({ length: 25 }, (_, i) => i + 1),
        ),
      ],
      outputs: [tensorFrom("f32", [1, 1, 2, 2], [7, 9, 17, 19]), tensorFrom("i64", [1, 1, 2, 2], [6, 16, 8, 18])],
    },
    {
      attributes: { kernel_shape: [2], dilations: [2], ceil_mode: 1, strides: [2] },
      inputs: [tensorFrom("u8", [1, 2, 4], [1, 9, 3, 4, 5, 0, 200, 8])],
      outputs: [tensorFrom("u8", [1, 2, 2], [3, 3, 200, 200])],
    },
  ],
  errors: () => [
    {
      attributes: { kernel_shape: [2, 2], pads: [1, 1] },
      inputs: [tensorFrom("f32", [1, 1, 2, 2], [1, 2, 3, 4])],
      message: /pads has 2 values, expected 4/,
    },
    {
      attributes: { kernel_shape: [3] },
      inputs: [tensorFrom("f32", [1, 1, 2], [1, 2])],
      message: /a window of 3 elements must fit the padded axis of 2/,
    },
  ],
});

interface Run {
  readonly pool: Pool;
  readonly data: NumberData;
  readonly out: NumberData;
  readonly least: number;
}

function maxima({ pool, data, out, least }: Run, context: KernelContext): Steps<void> {
  const best = new Float64Array(pool.shape.at(-1)!);
  return slideWindows(
    pool,
    {
      begin: () => void best.fill(least),
      take(first, end, at, step) {
        for (let j = first; j < end; j++, at += step) {
          const value = data[at];
          if (value > best[j] || value !== value) best[j] = value;
        }
      },
      end: (to) => out.set(best, to),
    },
    context,
  );
}

function maximaWithPlaces(
  { pool, data, out, least }: Run,
  place: (at: number) => number,
  indices: BigData,
  context: KernelContext,
): Steps<void> {
  const best = new Float64Array(pool.shape.at(-1)!);
  const places = new Float64Array(best.length);
  return slideWindows(
    pool,
    {
      begin() {
        best.fill(least);
        places.fill(-1);
      },
      take(first, end, at, step) {
        for (let j = first; j < end; j++, at += step) {
          const value = data[at];
          const better = value > best[j] || places[j] < 0 || (value !== value && best[j] === best[j]);
          if (!better) continue;
          best[j] = value;
          places[j] = at;
        }
      },
      end(to) {
        out.set(best, to);
        for (let j = 0; j < places.length; j++) indices[to + j] = BigInt(place(places[j]));
      },
    },
    context,
  );
}

/** A flat position in X as an index: itself, or with planes stored column by column. */
function placeOf({ axes, plane }: Pool, storageOrder: number): (at: number) => number {
  if (storageOrder === 0 || axes.length < 2) return (at) => at;
  const sizes = axes.map(({ size }) => size);
  return (at) => {
    if (at < 0) return at;
    let rest = at % plane;
    const coordinates = sizes.map(() => 0);
    for (let i = sizes.length - 1; i >= 0; i--) {
      coordinates[i] = rest % sizes[i];
      rest = Math.floor(rest / sizes[i]);
    }
    let column = 0;
    for (let i = sizes.length - 1; i >= 0; i--) column = column * sizes[i] + coordinates[i];
    return at - (at % plane) + column;
  };
}
