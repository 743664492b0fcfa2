import type { BinaryOperation, Comparison } from "@hodu/core/kernel-ir";
import { type CType, isFloat, maskType, signedOf, suffixOf, unsignedOf, widthOf } from "../c-type.ts";
import type { Prelude } from "../prelude.ts";
import { bitsOf, selectOf } from "./lanes.ts";

type Binary = (prelude: Prelude, type: CType, left: string, right: string) => string;

const BINARY: Readonly<Record<BinaryOperation, Binary>> = {
  add: arithmetic("add", "+"),
  and: infix("&"),
  div: infix("/"),
  max: pick("max", ">", "&"),
  min: pick("min", "<", "|"),
  mul: arithmetic("mul", "*"),
  or: infix("|"),
  rem: infix("%"),
  shl: (prelude, type, left, right) => shift(prelude, "shl", "<<", type, unsignedOf(type), left, right),
  shr: (prelude, type, left, right) => shift(prelude, "shr", ">>", type, type, left, right),
  sub: arithmetic("sub", "-"),
  xor: infix("^"),
};

/** C text of an operation on two operands. */
export function binaryText(
  operation: BinaryOperation,
  prelude: Prelude,
  type: CType,
  left: string,
  right: string,
): string {
  return BINARY[operation](prelude, type, left, right);
}

const COMPARISONS: Readonly<Record<Comparison, string>> = {
  eq: "==",
  ge: ">=",
  gt: ">",
  le: "<=",
  lt: "<",
  ne: "!=",
};

/** C text of a comparison: int for one lane, a mask as wide as the lanes for more. */
export function compareText(
  comparison: Comparison,
  prelude: Prelude,
  type: CType,
  left: string,
  right: string,
): string {
  const text = `(${left} ${COMPARISONS[comparison]} ${right})`;
  return type.lanes === 1 ? text : `((hodu_${prelude.type(maskType(widthOf(type.scalar), type.lanes))})${text})`;
}

/** An operator of C. What C computes as int goes back to its type; clang warns of operators on bits between two comparisons. */
function infix(operator: string): Binary {
  return (_, type, left, right) => {
    const isBool = type.lanes === 1 && type.scalar === "bool";
    const text = `(${isBool ? "(hodu_bool)" : ""}${left} ${operator} ${right})`;
    const isPromoted = type.lanes === 1 && !isFloat(type) && !isBool && widthOf(type.scalar) < 32;
    return isPromoted ? `((hodu_${type.scalar})${text})` : text;
  };
}

/** Floats by the operator, whole numbers wrapping: C leaves the overflow of signed ones undefined. */
function arithmetic(name: string, operator: string): Binary {
  return (prelude, type, left, right) => {
    if (isFloat(type)) return `(${left} ${operator} ${right})`;
    prelude.need("HODU_WRAP", name, operator, prelude.type(type), prelude.type(arithmeticType(type)));
    return `hodu_${name}_${suffixOf(type)}(${left}, ${right})`;
  };
}

/** Unsigned; not smaller than int for one lane, since C would make a signed int of it. */
const arithmeticType = (type: CType): CType =>
  type.lanes === 1 && widthOf(type.scalar) < 32 ? { scalar: "u32", lanes: 1 } : unsignedOf(type);

function shift(
  prelude: Prelude,
  name: string,
  operator: string,
  type: CType,
  as: CType,
  left: string,
  right: string,
): string {
  prelude.need("HODU_SHIFT", name, operator, prelude.type(type), prelude.type(as), widthOf(type.scalar) - 1);
  return `hodu_${name}_${suffixOf(type)}(${left}, ${right})`;
}

/** The greater or the lesser of two; `signs` joins the bits of two zeros. */
function pick(name: string, operator: string, signs: string): Binary {
  return (prelude, type, left, right) => {
    const t = prelude.type(type);
    const form = type.lanes === 1 ? "" : "_LANES";
    const mask = signedOf(type);
    if (type.lanes > 1) selectOf(prelude, type, widthOf(type.scalar));
    if (isFloat(type)) {
      bitsOf(prelude, type, mask);
      bitsOf(prelude, mask, type);
      prelude.need(`HODU_PICK_FLOAT${form}`, name, operator, signs, t, suffixOf(mask));
    } else if (type.lanes === 1) prelude.need("HODU_PICK_INTEGER", name, operator, t);
    else prelude.need("HODU_PICK_INTEGER_LANES", name, operator, t, prelude.type(mask));
    return `hodu_${name}_${t}(${left}, ${right})`;
  };
}

/**
 * The greater or lesser of `a` and a constant `b` that is no NaN: b where the comparison holds, else a, also where that is NaN. `isLosing`
 * says that b is the zero of the sign that loses: then an equal zero stays.
 */
export function pickText(
  operation: "max" | "min",
  isLosing: boolean,
  prelude: Prelude,
  type: CType,
  a: string,
  b: string,
): string {
  const t = prelude.type(type);
  const name = `${operation}_${isLosing ? "losing" : "constant"}`;
  const operator = `${operation === "max" ? "<" : ">"}${isLosing ? "" : "="}`;
  if (type.lanes === 1) prelude.need("HODU_PICK_CONSTANT", name, operator, t);
  else {
    selectOf(prelude, type, widthOf(type.scalar));
    prelude.need("HODU_PICK_CONSTANT_LANES", name, operator, t, prelude.type(signedOf(type)));
  }
  return `hodu_${name}_${t}(${a}, ${b})`;
}
