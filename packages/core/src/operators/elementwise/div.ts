import { DTYPES } from "../../dtypes/dtypes.ts";
import { broadcast } from "../../inference/shapes.ts";
import type { KernelContext, Outputs, Steps } from "../../kernels/context.ts";
import { type Binary, zipElements } from "../../kernels/elementwise.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { divideInts } from "../../lowering/integer-points.ts";
import { binaryPoints } from "../../lowering/elementwise.ts";
import { int, ints } from "../attributes.ts";
import { dropConsumedInputs } from "../edit-node.ts";
import { defineOperator, required } from "../operator.ts";
import { REAL_1, REAL_13B, REAL_13E, types } from "../type-sets.ts";
import { downgradeBroadcast, upgradeBroadcast } from "./legacy-broadcast.ts";
import { divideDims, propagateBinary } from "./propagate-elements.ts";
import { binarySamples, vector } from "./samples.ts";

function divideBlock(x: Float64Array, y: Float64Array, out: Float64Array, length: number): void {
  for (let i = 0; i < length; i++) out[i] = x[i] / y[i];
}

const DIVIDE: Binary<KernelContext> = {
  block: divideBlock,
  int: (x, y, context) => (y === 0 ? context.fail("an integer is divided by 0") : Math.trunc(x / y)),
  big: (x, y, context) => (y === 0n ? context.fail("an integer is divided by 0") : x / y),
};

/** Refuses the one quotient that its dtype cannot hold: the smallest int by -1. */
function* divide(x: Tensor, y: Tensor, context: KernelContext): Steps<Outputs> {
  const { kind, bits } = DTYPES[x.dtype];
  if (kind !== "int") return [yield* zipElements(x, y, DIVIDE, context, context)];
  const least = -(2n ** BigInt(bits - 1));
  const overflow = () => context.fail(`${least} divided by -1 is not in ${x.dtype}`);
  const checked: Binary<KernelContext> = {
    int: (a, b) => (b === -1 && a === Number(least) ? overflow() : DIVIDE.int!(a, b, context)),
    big: (a, b) => (b === -1n && a === least ? overflow() : DIVIDE.big!(a, b, context)),
  };
  return [yield* zipElements(x, y, checked, context, context)];
}

/** a / b, broadcast; ints drop the fraction and refuse b = 0 and the smallest int by -1. ONNX Div. */
export const div = defineOperator({
  name: "Div",
  versions: [
    { since: 14 },
    { since: 13, types: { T: REAL_13B } },
    { since: 7, types: { T: REAL_1 } },
    {
      since: 6,
      attributes: { axis: int(), broadcast: int({ default: 0 }) },
      changed: "numpy broadcasting in place of axis and broadcast",
      upgrade: upgradeBroadcast,
      downgrade: downgradeBroadcast,
    },
    {
      since: 1,
      types: { T: types("f16 f32 f64") },
      attributes: { axis: int(), broadcast: int({ default: 0 }), consumed_inputs: ints() },
      upgrade: dropConsumedInputs,
    },
  ],
  inputs: [required("A", "T"), required("B", "T")],
  outputs: [required("C", "T")],
  types: { T: REAL_13E },
  attributes: {},
  infer: broadcast(),
  propagate: propagateBinary(divideDims),
  reference: ([x, y], _attributes, context) => divide(x as Tensor, y as Tensor, context),
  lower: binaryPoints(divideInts),
  accuracy: "rounding",
  samples: () => [
    ...binarySamples(["f32", "f16", "f64"], [7, 3, 6], [2, 4, 3], (x, y) => x / y),
    ...binarySamples(["i32", "i64", "i8"], [7, -7, 6], [2, 2, -4], (x, y) => Math.trunc(x / y)),
    ...binarySamples(["u8", "u64"], [7, 200, 6], [2, 3, 7], (x, y) => Math.trunc(x / y)),
    { inputs: [vector("f32", 1, -1, 0), vector("f32", 0)], outputs: [vector("f32", Infinity, -Infinity, NaN)] },
  ],
  errors: () => [
    { inputs: [vector("i32", 1), vector("i32", 0)], message: /divided by 0/ },
    { inputs: [vector("u64", 1), vector("u64", 0)], message: /divided by 0/ },
    { inputs: [vector("i8", -128), vector("i8", -1)], message: /-128 divided by -1/ },
    { inputs: [vector("i64", -(2n ** 63n)), vector("i64", -1)], message: /divided by -1/ },
  ],
});
