import { isFloat, isInteger } from "../../dtypes/dtypes.ts";
import { broadcast } from "../../inference/shapes.ts";
import type { KernelContext, Outputs, Steps } from "../../kernels/context.ts";
import { type Binary, zipElements } from "../../kernels/elementwise.ts";
import { type Dim, divDimsExact } from "../../snapshot/dims.ts";
import { attributeOf, type Node } from "../../snapshot/types.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { binaryPoints } from "../../lowering/elementwise.ts";
import { remainderOfInts } from "../../lowering/integer-points.ts";
import { int } from "../attributes.ts";
import { defineOperator, required, type RewriteContext } from "../operator.ts";
import { REAL_13E, REAL_1B } from "../type-sets.ts";
import { propagateBinary } from "./propagate-elements.ts";
import { vector } from "./samples.ts";

interface Rest {
  readonly context: KernelContext;
  /** Numbers that end in the sign of the divisor. */
  readonly floored: boolean;
}

const MOD: Binary<Rest> = {
  float: (x, y, { floored }) => (floored ? floorMod(x, y) : x % y),
  int: (x, y, { floored, context }) => {
    if (y === 0) context.fail("an integer is divided by 0");
    const rest = x % y;
    return floored && rest !== 0 && rest < 0 !== y < 0 ? rest + y : rest;
  },
  big: (x, y, { floored, context }) => {
    if (y === 0n) context.fail("an integer is divided by 0");
    const rest = x % y;
    return floored && rest !== 0n && rest < 0n !== y < 0n ? rest + y : rest;
  },
};

/** x - floor(x / y) y for floats; a zero has the sign of y. */
function floorMod(x: number, y: number): number {
  const rest = x % y;
  if (rest === 0) return y < 0 ? -0 : 0;
  return rest < 0 !== y < 0 ? rest + y : rest;
}

function* modulo(x: Tensor, y: Tensor, floored: boolean, context: KernelContext): Steps<Outputs> {
  return [yield* zipElements(x, y, MOD, { context, floored }, context)];
}

/** Known only between numbers, where constants are folded anyway, and for a multiple of the divisor. */
const remainderOfDims = (a: Dim, b: Dim): Dim | undefined => (divDimsExact(a, b) === undefined ? undefined : 0);

/** Before opset 28, floats need `fmod`. */
function requireIntegers(node: Node, rewrite: RewriteContext): Node | undefined {
  const type = rewrite.typeOf(node.inputs[0]);
  const fmod = attributeOf(node, "fmod");
  if (fmod?.kind === "int" && fmod.value !== 0n) return node;
  return type?.kind === "tensor" && isInteger(type.dtype) ? node : undefined;
}

/** The rest of a / b, broadcast: with the sign of b, or of a when `fmod` is set; ints refuse b = 0. ONNX Mod. */
export const mod = defineOperator({
  name: "Mod",
  versions: [
    { since: 28 },
    { since: 13, changed: "floats without fmod", downgrade: requireIntegers },
    { since: 10, types: { T: REAL_1B } },
  ],
  inputs: [required("A", "T"), required("B", "T")],
  outputs: [required("C", "T")],
  types: { T: REAL_13E },
  attributes: { fmod: int({ default: 0 }) },
  infer: broadcast(),
  propagate: propagateBinary(remainderOfDims),
  reference: ([x, y], { fmod }, context) => modulo(x as Tensor, y as Tensor, fmod === 0, context),
  lower: (node) =>
    isFloat(node.outputs[0]!.dtype)
      ? node.cannot("kernels have no remainder of floats")
      : binaryPoints(remainderOfInts(node.attributes.fmod === 0))(node),
  accuracy: "rounding",
  samples: () => {
    const [a, b] = [
      [-4, 7, 5, 4, -7, 8],
      [2, -3, 8, -2, 3, 5],
    ];
    return [
      { inputs: [vector("i32", ...a), vector("i32", ...b)], outputs: [vector("i32", 0, -2, 5, 0, 2, 3)] },
      { inputs: [vector("i64", ...a), vector("i64", ...b)], outputs: [vector("i64", 0, -2, 5, 0, 2, 3)] },
      {
        attributes: { fmod: 1 },
        inputs: [vector("i64", ...a), vector("i64", ...b)],
        outputs: [vector("i64", 0, 1, 5, 0, -1, 3)],
      },
      {
        attributes: { fmod: 1 },
        inputs: [vector("f32", -4.5, 7.25, 5, Infinity, 3), vector("f32", 2, -3.5, 0, 2, Infinity)],
        outputs: [vector("f32", -0.5, 0.25, NaN, NaN, 3)],
      },
      {
        inputs: [vector("f32", -4.5, 7.25, 5, 3), vector("f32", 2, -3.5, -Infinity, Infinity)],
        outputs: [vector("f32", 1.5, -3.25, -Infinity, 3)],
      },
    ];
  },
  errors: () => [{ inputs: [vector("i32", 1), vector("i32", 0)], message: /divided by 0/ }],
});
