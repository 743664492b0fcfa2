import { kernelError } from "./kernel-error.ts";
import { isFloatScalar, typeText } from "./scalars.ts";
import { isWideScalar, type ScalarValue } from "./scalar-values.ts";
import { isLaneCount, isValueOf } from "./type-fault.ts";
import { typeOf } from "./type-of.ts";
import type { Expression, RegisterType, Scalar } from "./types.ts";

/** What the builder takes for a value: an expression, or a constant whose type follows from where it stands. */
export type Operand = Expression | number | bigint | boolean;

/** A constant; numbers become f32 by rounding, and bigints where the type asks for them. Throws INVALID_KERNEL for what is out of range. */
export function constant(type: Scalar, value: ScalarValue): Expression {
  const made = convert(type, value);
  if (!isValueOf(type, made)) throw kernelError(`make a constant of type ${type}`, String(value));
  return { kind: "constant", type, value: made };
}

function convert(type: Scalar, value: ScalarValue): ScalarValue {
  if (typeof value === "boolean") return value;
  if (isWideScalar(type)) return typeof value === "number" && Number.isInteger(value) ? BigInt(value) : value;
  if (typeof value === "bigint") return Number(value);
  if (isFloatScalar(type)) return type === "f32" ? Math.fround(value) : value;
  return value === 0 ? 0 : value;
}

/** `value` in all lanes; a vector of as many lanes stays as it is. */
export function broadcast(value: Expression, lanes: number): Expression {
  const type = typeOf(value);
  if (type.lanes === lanes) return value;
  if (type.lanes !== 1 || !isLaneCount(lanes))
    throw kernelError(`broadcast ${typeText(type)}`, `${lanes} lanes, expected a power of two up to 64`);
  return { kind: "broadcast", lanes, value };
}

/** An operand as a value of a type: a constant of it, or the expression, broadcast where it is a scalar. */
export function operandOf(operand: Operand, type: RegisterType): Expression {
  return broadcast(typeof operand === "object" ? operand : constant(type.scalar, operand), type.lanes);
}

/** Operands as values of one type: that of the expressions among them, with as many lanes as any has. Throws INVALID_KERNEL without one. */
export function matched<Operands extends readonly Operand[]>(
  ...operands: Operands
): { readonly [Place in keyof Operands]: Expression } {
  const types = operands.filter((operand) => typeof operand === "object").map(typeOf);
  if (types.length === 0) throw kernelError("make an expression", "constants without a type");
  const type = { scalar: types[0].scalar, lanes: Math.max(...types.map(({ lanes }) => lanes)) };
  return operands.map((operand) => operandOf(operand, type)) as { [Place in keyof Operands]: Expression };
}

/** The value of a constant, or of one that is broadcast. */
export function constantValue(expression: Expression): ScalarValue | undefined {
  if (expression.kind === "broadcast") return constantValue(expression.value);
  return expression.kind === "constant" ? expression.value : undefined;
}
