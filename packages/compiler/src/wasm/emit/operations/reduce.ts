import type { Reduction } from "@hodu/core/kernel-ir";
import { hold, type LocalSource, type Push, scalarValue, type Value } from "../value.ts";
import { extractLane } from "./lane-access.ts";
import { partBinary } from "./vector-binary.ts";

/** All lanes as one: lane i with lane i + half, until one is left. */
export function reduceLanes(source: LocalSource, reduction: Reduction, value: Value): Value {
  if (value.lanes === 1) return value;
  let { parts } = value;
  while (parts.length > 1) {
    const half = parts.length / 2;
    const all = parts;
    parts = all.slice(0, half).map((part, i) => partBinary(source, reduction, value, part, all[i + half]));
  }
  let [left] = parts;
  for (let lanes = Math.min(value.lanes, 128 / value.bits); lanes > 1; lanes /= 2) {
    const held = hold(source, "v128", left);
    left = partBinary(source, reduction, value, held, movedDown(source, held, ((lanes / 2) * value.bits) / 8));
  }
  const last: Value = { ...value, lanes: 1, parts: [hold(source, "v128", left)] };
  return scalarValue(value.scalar, extractLane(source.code, last, 0));
}

/** The bytes of a vector from one place on, where the first are. */
function movedDown({ code }: LocalSource, held: Push, bytes: number): Push {
  return () => {
    held();
    held();
    code.i8x16.shuffle(Array.from({ length: 16 }, (_, i) => (i + bytes) % 16));
  };
}
