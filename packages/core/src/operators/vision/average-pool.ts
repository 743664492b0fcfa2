import { numbersOf } from "../../kernels/read-numbers.ts";
import type { Node } from "../../snapshot/types.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { tensorType } from "../../tensors/values.ts";
import { averagePoolPoints } from "../../lowering/pool-points.ts";
import { int, ints, string } from "../attributes.ts";
import { withoutAttributes } from "../edit-node.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { pooledShape, poolOf, slideWindows, tapCounts } from "./pooling.ts";
import { withoutLateWindow } from "./late-window.ts";
import { usesAny } from "./uses-any.ts";

/**
 * The mean of each window of X [N, C, ...], any number of spatial axes; elements in the padding count (as zeros) when
 * count_include_pad is 1, elements past it never do. ONNX AveragePool.
 */
export const averagePool = defineOperator({
  name: "AveragePool",
  versions: [
    { since: 22 },
    {
      since: 19,
      types: { T: types("f16 f32 f64") },
      changed: "ceil_mode kept a last window in the padding alone",
      downgrade: withoutLateWindow,
    },
    {
      since: 11,
      changed: "dilations were added",
      downgrade: (node) => (usesAny(node, "dilations") ? undefined : withoutAttributes(node, "dilations")),
      attributes: {
        auto_pad: string({ default: "NOTSET" }),
        ceil_mode: int({ default: 0 }),
        count_include_pad: int({ default: 0 }),
        kernel_shape: ints({ required: true }),
        pads: ints(),
        strides: ints(),
      },
    },
    { since: 10 },
    {
      since: 7,
      changed: "ceil_mode was added",
      downgrade: withoutCeilMode,
      attributes: {
        auto_pad: string({ default: "NOTSET" }),
        count_include_pad: int({ default: 0 }),
        kernel_shape: ints({ required: true }),
        pads: ints(),
        strides: ints(),
      },
    },
    {
      since: 1,
      changed: "count_include_pad was added",
      downgrade: (node) =>
        usesAny(node, "count_include_pad") ? undefined : withoutAttributes(node, "count_include_pad"),
      attributes: {
        auto_pad: string({ default: "NOTSET" }),
        kernel_shape: ints({ required: true }),
        pads: ints(),
        strides: ints(),
      },
    },
  ],
  inputs: [required("X", "T")],
  outputs: [required("Y", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: {
    auto_pad: string({ default: "NOTSET" }),
    ceil_mode: int({ default: 0 }),
    count_include_pad: int({ default: 0 }),
    dilations: ints(),
    kernel_shape: ints({ required: true }),
    pads: ints(),
    strides: ints(),
  },
  infer(context) {
    const shape = pooledShape(context);
    const dtype = context.dtype(0);
    return [dtype && tensorType(dtype, shape)];
  },
  *reference([x], attributes, context) {
    const { dtype, shape } = x as Tensor;
    const data = yield* numbersOf(x as Tensor, context);
    const pool = poolOf(shape, attributes, context);
    const out = context.output(dtype, pool.shape);
    // f32 is summed in steps of f32, down the columns of a window and then across, as runtimes do it: averages of quantized values are
    // often ties, and must fall on the same side
    const Sums = out.data instanceof Float32Array ? Float32Array : Float64Array;
    const sums = new Sums(pool.shape.at(-1)!);
    const column = new Sums(sums.length);
    const counts = new Float64Array(sums.length);
    let counted = -1;
    yield* slideWindows(
      pool,
      {
        begin: () => void sums.fill(0),
        take(first, end, at, step) {
          for (let j = first; j < end; j++, at += step) column[j] += data[at];
        },
        endColumn() {
          for (let j = 0; j < sums.length; j++) sums[j] += column[j];
          column.fill(0);
        },
        end(to, row) {
          if (counted !== row) tapCounts(pool, row, attributes.count_include_pad === 1, counts);
          counted = row;
          for (let j = 0; j < sums.length; j++) out.data[to + j] = sums[j] / counts[j];
        },
      },
      context,
    );
    return [yield* out.rounded()];
  },
  lower: averagePoolPoints,
  accuracy: "reduction",
  samples: () => [
    {
      attributes: { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 },
      inputs: [
        tensorFrom(
          "f32",
          [1, 1, 4, 4],
          Array.from({ length: 16 }, (_, i) => i + 1),
        ),
      ],
      outputs: [tensorFrom("f32", [1, 1, 2, 2], [6, 7.5, 12, 13.5])],
    },
    {
      attributes: { kernel_shape: [3, 3], strides: [2, 2], auto_pad: "SAME_UPPER" },
      inputs: [
        tensorFrom(
          "f32",
          [1, 1, 5, 5],
          Array.from({ length: 25 }, (_, i) => i + 1),
        ),
      ],
      outputs: [tensorFrom("f32", [1, 1, 3, 3], [4, 5.5, 7, 11.5, 13, 14.5, 19, 20.5, 22])],
    },
    {
      attributes: { kernel_shape: [2], pads: [1, 1], dilations: [2], count_include_pad: 1 },
      inputs: [tensorFrom("f32", [1, 2, 3], [1, 2, 3, 4, 5, 6])],
      outputs: [tensorFrom("f32", [1, 2, 3], [1, 2, 1, 2.5, 5, 2.5])],
    },
  ],
  errors: () => [
    {
      attributes: { kernel_shape: [2] },
      inputs: [
        tensorFrom(
          "f32",
          [1, 1, 4, 4],
          Array.from({ length: 16 }, (_, i) => i + 1),
        ),
      ],
      message: /kernel_shape has 1 values, expected 2/,
    },
    {
      attributes: { kernel_shape: [0] },
      inputs: [tensorFrom("f32", [1, 1, 2], [1, 2])],
      message: /kernel_shape value 0 must be in 1/,
    },
  ],
});

/** Older versions have no ceil_mode. */
function withoutCeilMode(node: Node): Node | undefined {
  return usesAny(node, "ceil_mode") ? undefined : withoutAttributes(node, "ceil_mode");
}
