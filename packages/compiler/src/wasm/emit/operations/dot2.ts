import { type LocalSource, type Push, scalarValue, type Value } from "../value.ts";
import { partBinary } from "./vector-binary.ts";

/** acc + the sums of two neighbouring products of words. */
export function dotTwo(source: LocalSource, acc: Value, a: Value, b: Value): Value {
  const sums = a.parts.map((part, i) => (): void => {
    part();
    b.parts[i]();
    source.code.i32x4.dot_i16x8_s();
  });
  return addedSums(source, acc, sums);
}

/** acc + vectors of sums in i32. */
export function addedSums(source: LocalSource, acc: Value, sums: readonly Push[]): Value {
  const { code } = source;
  if (acc.lanes > 1)
    return { ...acc, parts: acc.parts.map((part, i) => partBinary(source, "add", acc, part, sums[i])) };
  return scalarValue("i32", () => {
    acc.parts[0]();
    sums[0]();
    code.i32x4.extract_lane(0);
    code.i32.add();
  });
}
