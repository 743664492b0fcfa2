import type { DType } from "../dtypes/dtypes.ts";
import { isFloatScalar, SCALARS } from "../kernel-ir/scalars.ts";
import { typeOf } from "../kernel-ir/type-of.ts";
import type { Expression, Scalar } from "../kernel-ir/types.ts";
import type { Lowering, PointBuilder } from "./contract.ts";
import { pointOf } from "./elementwise.ts";

/** The elements of input 0 in the dtype of output 0, by the rules of ONNX Cast and where it is open those of the reference. */
export const castPoints: Lowering<unknown> = (node) => {
  const [x] = node.inputs;
  const [out] = node.outputs;
  if (roundsTwice(x!.dtype, out!.dtype))
    node.cannot(`${x!.dtype} to ${out!.dtype} would be rounded twice, by way of f32`);
  return [pointOf(node, [x!], ([element], k) => castElement(out!.scalar, element, k))];
};

function roundsTwice(from: DType, to: DType): boolean {
  if (to !== "f16" && to !== "bf16") return false;
  return from === "f64" || (to === "bf16" && ["i32", "u32", "i64", "u64"].includes(from));
}

/** Floats become integers by dropping the fraction and keeping the low bits, NaN and infinities 0. */
export function castElement(to: Scalar, x: Expression, k: PointBuilder): Expression {
  const from = typeOf(x).scalar;
  if (!isFloatScalar(from) || isFloatScalar(to) || to === "bool") return k.cast(to, x);
  return k.cast(to, lowBits(x, k));
}

/** The low 64 bits of a float without its fraction. What is past 2^63 is a whole number of 2^11, so its rest by 2^64 is exact. */
function lowBits(x: Expression, k: PointBuilder): Expression {
  const whole = k.let("whole", k.trunc(x));
  const rest = k.sub(whole, k.mul(k.floor(k.mul(whole, 2 ** -64)), 2 ** 64));
  return k.select(k.lt(k.abs(whole), 2 ** 63), k.cast("i64", whole), k.cast("i64", k.cast("u64", rest)));
}

/** The bits of an element as another type. */
export const bitCastPoints: Lowering<unknown> = (node) => {
  const [from, to] = [node.inputs[0]!, node.outputs[0]!];
  if (!hasOwnBits(from.dtype) || !hasOwnBits(to.dtype))
    node.cannot(`kernels do not see the bits of ${from.dtype} as ${to.dtype}`);
  return [pointOf(node, [from], ([x], k) => k.bits(to.scalar, x))];
};

/** Whether a register holds the bits that memory does. */
const hasOwnBits = (dtype: DType): boolean => Object.hasOwn(SCALARS, dtype) && dtype !== "bool";
