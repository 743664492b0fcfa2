import type { RegisterType } from "@hodu/core/kernel-ir";
import { laneBits } from "../lanes.ts";
import { holdValue, type LocalSource, scalarValue, type Value, vectorValue } from "../value.ts";
import { extractLane, splat } from "./lane-access.ts";
import { scalarBits } from "./scalar-cast.ts";

/** The bits of a value as lanes of another scalar. */
export function bitsOfValue(source: LocalSource, { scalar, lanes }: RegisterType, value: Value): Value {
  const { code } = source;
  const bits = laneBits(scalar);
  if (lanes > 1 && value.lanes > 1) return { scalar, lanes, bits, parts: value.parts };
  if (lanes > 1) return vectorValue({ scalar, lanes }, bits, () => splat(code, value.scalar, value.parts[0]));
  if (value.lanes === 1) return scalarValue(scalar, scalarBits(code, value.scalar, scalar, value.parts[0]));
  const { parts } = holdValue(source, value);
  return scalarValue(scalar, extractLane(code, { scalar, lanes: 128 / bits, bits, parts }, 0));
}
