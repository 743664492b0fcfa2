import { numbersOf } from "../../kernels/read-numbers.ts";
import { attributeOf, type Node } from "../../snapshot/types.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { tensorType } from "../../tensors/values.ts";
import { lpPoolPoints } from "../../lowering/pool-points.ts";
import { float, int, ints, string } from "../attributes.ts";
import { withoutAttributes } from "../edit-node.ts";
import { defineOperator, required, type RewriteContext } from "../operator.ts";
import { types } from "../type-sets.ts";
import { checkPower, floatPower, integerPower, powerOf, rootOf } from "./lp-norm.ts";
import { pooledShape, poolOf, slideWindows } from "./pooling.ts";
import { withoutLateWindow } from "./late-window.ts";
import { usesAny } from "./uses-any.ts";

/** (sum of |x|^p)^(1 / p) of each window of X [N, C, ...], any number of spatial axes. ONNX LpPool. */
export const lpPool = defineOperator({
  name: "LpPool",
  versions: [
    { since: 22 },
    {
      since: 18,
      types: { T: types("f16 f32 f64") },
      changed: "ceil_mode kept a last window in the padding alone",
      downgrade: withoutLateWindow,
    },
    {
      since: 11,
      changed: "ceil_mode and dilations were added",
      downgrade: (node) =>
        usesAny(node, "ceil_mode", "dilations") ? undefined : withoutAttributes(node, "ceil_mode", "dilations"),
      attributes: {
        auto_pad: string({ default: "NOTSET" }),
        kernel_shape: ints({ required: true }),
        p: int({ default: 2 }),
        pads: ints(),
        strides: ints(),
      },
    },
    { since: 2 },
    {
      since: 1,
      changed: "p became an integer, kernel_shape required",
      upgrade: withIntegerPower,
      downgrade: floatPower,
      attributes: {
        auto_pad: string({ default: "NOTSET" }),
        kernel_shape: ints(),
        p: float({ default: 2 }),
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
    dilations: ints(),
    kernel_shape: ints({ required: true }),
    p: int({ default: 2 }),
    pads: ints(),
    strides: ints(),
  },
  infer(context) {
    checkPower(context.attributes.p, context);
    const shape = pooledShape(context);
    const dtype = context.dtype(0);
    return [dtype && tensorType(dtype, shape)];
  },
  *reference([x], attributes, context) {
    const { dtype, shape } = x as Tensor;
    const data = yield* numbersOf(x as Tensor, context);
    const { p } = attributes;
    checkPower(p, context);
    const pool = poolOf(shape, attributes, context);
    const out = context.output(dtype, pool.shape);
    const sums = new Float64Array(pool.shape.at(-1)!);
    const power = powerOf(p);
    yield* slideWindows(
      pool,
      {
        begin: () => void sums.fill(0),
        take(first, end, at, step) {
          for (let j = first; j < end; j++, at += step) sums[j] += power(data[at]);
        },
        end(to) {
          for (let j = 0; j < sums.length; j++) out.data[to + j] = rootOf(sums[j], p);
        },
      },
      context,
    );
    return [yield* out.rounded()];
  },
  lower: lpPoolPoints,
  accuracy: "transcendental",
  samples: () => [
    {
      attributes: { kernel_shape: [2, 2], p: 4 },
      inputs: [tensorFrom("f32", [1, 1, 2, 3], [1, -2, 3, 4, 5, -6])],
      outputs: [tensorFrom("f32", [1, 1, 1, 2], [5.47418, 6.702399])],
    },
    {
      attributes: { kernel_shape: [2], strides: [2], pads: [1, 0], p: 1 },
      inputs: [tensorFrom("f32", [1, 1, 4], [1, -2, 3, 4])],
      outputs: [tensorFrom("f32", [1, 1, 2], [1, 5])],
    },
  ],
  errors: () => [
    {
      attributes: { kernel_shape: [1], p: 0 },
      inputs: [tensorFrom("f32", [1, 1, 1], [1])],
      message: /p 0 must be at least 1/,
    },
  ],
});

/** p was a float in opset 1; kernel_shape could be left out, which nothing gives a meaning. */
function withIntegerPower(node: Node, rewrite: RewriteContext): Node {
  if (attributeOf(node, "kernel_shape") === undefined) rewrite.fail("it has no kernel_shape");
  return integerPower(node, rewrite);
}
