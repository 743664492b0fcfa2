import { doubles, encodeNumbers, isFloat, type NamedValue, tensorOf, type Value } from "@hodu/core";
import type { Random } from "./random.ts";

/** Relative change of a shaken number: some roundings of single precision. */
const AMOUNT = 2 ** -20;

/** Inputs whose finite floats are other by some roundings. What changes much with them says nothing of a rewrite that rounds otherwise. */
export function shakeInputs(inputs: readonly NamedValue[], random: Random): readonly NamedValue[] {
  return inputs.map(({ name, value }) => ({ name, value: shake(value, random) }));
}

function shake(value: Value, random: Random): Value {
  if (value.kind !== "tensor" || !isFloat(value.dtype)) return value;
  const moved = doubles(value).map((x) => x * (1 + AMOUNT * (2 * random.uniform() - 1)));
  return tensorOf(value.dtype, value.shape, encodeNumbers(value.dtype, moved));
}
