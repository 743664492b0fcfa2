import { type DType, isBig, isFloat } from "../../dtypes/dtypes.ts";
import { broadcast } from "../../inference/shapes.ts";
import { castTo } from "../../kernels/cast.ts";
import type { KernelContext, Outputs, Steps } from "../../kernels/context.ts";
import { type Binary, zipElements } from "../../kernels/elementwise.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { powPoints } from "../../lowering/pow-points.ts";
import { int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { REAL_12B, REAL_13, REAL_13E, REAL_1B, types } from "../type-sets.ts";
import { downgradeBroadcast, upgradeBroadcast } from "./legacy-broadcast.ts";
import { power, powerOfBigints, powerOfInts } from "./power.ts";
import { binarySamples, vector } from "./samples.ts";

const POWER: Binary<KernelContext> = { float: power, int: powerOfInts, big: powerOfBigints };

/** Floats are raised in double, in the dtype of x; integers in i64 when one is 64 bits wide, else in 32 bits. */
function* raise(x: Tensor, y: Tensor, context: KernelContext): Steps<Outputs> {
  const real = isFloat(x.dtype) || isFloat(y.dtype);
  const work: DType = real ? "f64" : isBig(x.dtype) || isBig(y.dtype) ? "i64" : x.dtype;
  const base = isFloat(x.dtype) ? x : yield* castTo(x, work, {}, context);
  const exponent = isBig(y.dtype) === (work === "i64") ? y : yield* castTo(y, work, {}, context);
  const result = yield* zipElements(base, exponent, POWER, context, context);
  return [yield* castTo(result, x.dtype, {}, context)];
}

/** x^y, broadcast, in the dtype of X: ints wrap, and drop the fraction of negative or float powers. ONNX Pow. */
export const pow = defineOperator({
  name: "Pow",
  versions: [
    { since: 15 },
    { since: 13, types: { T: REAL_13, T1: REAL_1B } },
    { since: 12, types: { T: REAL_12B, T1: REAL_1B } },
    { since: 7, inputs: [required("X", "T"), required("Y", "T")], types: { T: types("f16 f32 f64") } },
    {
      since: 1,
      attributes: { axis: int(), broadcast: int({ default: 0 }) },
      changed: "numpy broadcasting in place of axis and broadcast",
      upgrade: upgradeBroadcast,
      downgrade: downgradeBroadcast,
    },
  ],
  inputs: [required("X", "T"), required("Y", "T1")],
  outputs: [required("Z", "T")],
  types: { T: REAL_13, T1: REAL_13E },
  attributes: {},
  infer: broadcast(),
  reference: ([x, y], _attributes, context) => raise(x as Tensor, y as Tensor, context),
  lower: powPoints,
  accuracy: "transcendental",
  samples: () => [
    ...binarySamples(["f32", "f16", "f64", "i32", "i64"], [1, -2, 3], [4, 2, 3], (x, y) => x ** y),
    { inputs: [vector("f32", 1, 2, 3), vector("i64", 4, 5, -1)], outputs: [vector("f32", 1, 32, 1 / 3)] },
    { inputs: [vector("i32", 2, 9, 3), vector("f32", 0.5, 0.5, 2)], outputs: [vector("i32", 1, 3, 9)] },
    {
      inputs: [vector("i64", 3, -1, 2), vector("u64", 40n, 2n ** 64n - 1n, 64n)],
      outputs: [vector("i64", 3n ** 40n - 2n ** 64n, -1, 0)],
    },
    { inputs: [vector("i32", 2, -1, 3), vector("i32", -1, -3, 21)], outputs: [vector("i32", 0, -1, (3 ** 21) | 0)] },
  ],
  errors: () => [
    { inputs: [vector("i32", 0), vector("i32", -1)], message: /no power -1/ },
    { inputs: [vector("f32", 1, 2), vector("f32", 1, 2, 3)], message: /broadcast/ },
  ],
});
