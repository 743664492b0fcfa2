import type { Expression } from "../types.ts";
import { normalShare } from "./error-function.ts";
import { sigmoid } from "./hyperbolic.ts";
import { type Names, muladd, mul } from "./operations.ts";

/** sqrt(2 / pi), doubled: (1 + tanh(y)) / 2 is the sigmoid of 2 y. */
const SCALE = 2 * Math.sqrt(2 / Math.PI);

/** x times the share of a normal distribution below x; NaN of -Infinity, as the formula is. ONNX Gelu with approximate = "none". */
export function gelu(k: Names, value: Expression): Expression {
  const x = k.let("x", value);
  return mul(x, normalShare(k, x));
}

/** x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2. ONNX Gelu with approximate = "tanh". */
export function geluTanh(k: Names, value: Expression): Expression {
  const x = k.let("x", value);
  const y = mul(mul(x, SCALE), muladd(mul(x, x), 0.044715, 1));
  return mul(x, sigmoid(k, y));
}
