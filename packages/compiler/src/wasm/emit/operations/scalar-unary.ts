import { isFloatScalar, type Scalar, type UnaryOperation } from "@hodu/core/kernel-ir";
import type { FunctionBuilder } from "../../assembler/function-builder.ts";
import { plain } from "../instruction.ts";
import { isSigned, laneBits, operandType } from "../lanes.ts";
import { hold, type LocalSource, type Push } from "../value.ts";
import { pushNumber, wrap } from "./scalar-binary.ts";

type Rule = (code: FunctionBuilder, scalar: Scalar, value: Push) => void;

const INTEGERS: Readonly<Partial<Record<UnaryOperation, Rule>>> = {
  neg: (code, scalar, value) => {
    pushNumber(code, scalar, 0);
    value();
    plain(code, `${integerType(scalar)}.sub`);
  },
  not: (code, scalar, value) => {
    value();
    pushNumber(code, scalar, -1);
    plain(code, `${integerType(scalar)}.xor`);
  },
  popcount: (code, scalar, value) => {
    value();
    unsignedBits(code, scalar);
    plain(code, `${integerType(scalar)}.popcnt`);
  },
  clz: (code, scalar, value) => {
    value();
    unsignedBits(code, scalar);
    plain(code, `${integerType(scalar)}.clz`);
    if (laneBits(scalar) >= 32) return;
    code.i32.const(32 - laneBits(scalar));
    code.i32.sub();
  },
};

const integerType = (scalar: Scalar): "i32" | "i64" => (operandType(scalar) === "i64" ? "i64" : "i32");

/** The bits of a small integer, without its sign in front of them. */
function unsignedBits(code: FunctionBuilder, scalar: Scalar): void {
  if (scalar === "i8") wrap(code, "u8");
  if (scalar === "i16") wrap(code, "u16");
}

/** One operand of a scalar. */
export function scalarUnary(source: LocalSource, operation: UnaryOperation, scalar: Scalar, value: Push): Push {
  const { code } = source;
  if (isFloatScalar(scalar))
    return () => {
      value();
      plain(code, `${scalar === "f32" ? "f32" : "f64"}.${FLOATS[operation as keyof typeof FLOATS]}`);
    };
  if (scalar === "bool")
    return () => {
      value();
      code.i32.eqz();
    };
  if (operation === "abs") return isSigned(scalar) ? magnitude(source, scalar, value) : value;
  return () => {
    INTEGERS[operation]!(code, scalar, value);
    wrap(code, scalar);
  };
}

/** What the operations of floats are called. */
export const FLOATS = {
  abs: "abs",
  ceil: "ceil",
  floor: "floor",
  neg: "neg",
  round: "nearest",
  sqrt: "sqrt",
  trunc: "trunc",
} as const;

function magnitude(source: LocalSource, scalar: Scalar, value: Push): Push {
  const { code } = source;
  const type = integerType(scalar);
  const operand = hold(source, type, value);
  return () => {
    operand();
    INTEGERS.neg!(code, scalar, operand);
    operand();
    pushNumber(code, scalar, 0);
    plain(code, `${type}.ge_s`);
    code.select();
    wrap(code, scalar);
  };
}
