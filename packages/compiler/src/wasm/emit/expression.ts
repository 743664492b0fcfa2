import { type Expression, isFloatScalar, type RegisterType, type Scalar, typeOf } from "@hodu/core/kernel-ir";
import { arrayElement } from "./array.ts";
import { laneBits, shapeOf } from "./lanes.ts";
import { loadValue, splatLoad } from "./memory.ts";
import { dotTwo } from "./operations/dot2.ts";
import { dotFour } from "./operations/dot4.ts";
import { multiplyAdd } from "./operations/fused-multiply-add.ts";
import { bitsOfValue } from "./operations/lane-bits.ts";
import { splat } from "./operations/lane-access.ts";
import { reduceLanes } from "./operations/reduce.ts";
import { scalarBinary, scalarCompare } from "./operations/scalar-binary.ts";
import { scalarCast } from "./operations/scalar-cast.ts";
import { scalarUnary } from "./operations/scalar-unary.ts";
import { vectorBinary, vectorSelect } from "./operations/vector-binary.ts";
import { vectorCast } from "./operations/vector-cast.ts";
import { vectorCompare } from "./operations/vector-compare.ts";
import { vectorUnary } from "./operations/vector-unary.ts";
import type { Scope } from "./scope.ts";
import { cheap, hold, type Push, scalarValue, type Value, vectorValue } from "./value.ts";

type Of<Kind extends Expression["kind"]> = Extract<Expression, { kind: Kind }>;
type Rules = { readonly [Kind in Expression["kind"]]: (expression: Of<Kind>, scope: Scope) => Value };

const RULES: Rules = {
  constant: ({ type, value }, scope) => scalarValue(type, constant(scope, type, value)),
  local: ({ name }, scope) => {
    const turn = scope.unrolled.get(name);
    if (turn !== undefined) return scalarValue("index", constant(scope, "index", turn));
    return scope.declared.get(name)!.value;
  },
  size: ({ name }, scope) => scope.declared.get(name)!.value,
  load: loadValue,
  get: ({ array, index }, scope) => arrayElement(array, index, scope),
  unary: ({ operation, value }, scope) => {
    const operand = valueOf(value, scope);
    if (operand.lanes > 1) return vectorUnary(scope, operation, operand);
    return scalarValue(operand.scalar, scalarUnary(scope, operation, operand.scalar, operand.parts[0]));
  },
  binary: binaryOf,
  compare: ({ comparison, left, right }, scope) => {
    const [a, b] = [valueOf(left, scope), valueOf(right, scope)];
    if (a.lanes > 1) return vectorCompare(scope, comparison, a, b);
    return scalarValue("bool", scalarCompare(scope.code, comparison, a.scalar, a.parts[0], b.parts[0]));
  },
  select: selectOf,
  fma: ({ a, b, c, exact }, scope) =>
    multiplyAdd(
      scope,
      scope.target,
      exact,
      [a, b, c].map((operand) => valueOf(operand, scope)),
    ),
  cast: ({ to, value }, scope) => {
    const operand = valueOf(value, scope);
    if (operand.lanes > 1) return vectorCast(scope, to, operand);
    return scalarValue(to, scalarCast(scope, operand.scalar, to, operand.parts[0]));
  },
  bits: (expression, scope) => bitsOfValue(scope, typeOf(expression), valueOf(expression.value, scope)),
  broadcast: broadcastOf,
  lanes: ({ lanes, type }, scope) => {
    const bits = laneBits(type);
    const width = 128 / bits;
    return vectorValue({ scalar: type, lanes }, bits, (part) => constantVector(scope, type, (at) => part * width + at));
  },
  reduce: ({ reduction, value }, scope) => reduceLanes(scope, reduction, valueOf(value, scope)),
  dot2: ({ acc, a, b }, scope) => dotTwo(scope, valueOf(acc, scope), valueOf(a, scope), valueOf(b, scope)),
  dot4: ({ acc, a, b }, scope) => dotFour(scope, valueOf(acc, scope), valueOf(a, scope), valueOf(b, scope)),
};

/** What an expression gives. */
export function valueOf(expression: Expression, scope: Scope): Value {
  return (RULES[expression.kind] as (expression: Expression, scope: Scope) => Value)(expression, scope);
}

function constant({ code }: Scope, type: Scalar, value: number | bigint | boolean): Push {
  if (type === "i64" || type === "u64") return cheap(() => code.i64.const(BigInt(value)));
  if (type === "f32" || type === "f64") return cheap(() => code[type].const(Number(value)));
  return cheap(() => code.i32.const(Number(BigInt.asIntN(32, BigInt(value)))));
}

function constantVector({ code }: Scope, type: Scalar, laneAt: (lane: number) => number | bigint): Push {
  const shape = shapeOf(type);
  const lanes = Array.from({ length: 128 / laneBits(type) }, (_, at) => laneAt(at));
  return cheap(() => code.v128.const(shape, lanes));
}

function binaryOf({ operation, left, right }: Of<"binary">, scope: Scope): Value {
  const [a, b] = [valueOf(left, scope), valueOf(right, scope)];
  if (a.lanes === 1) return scalarValue(a.scalar, scalarBinary(scope, operation, a.scalar, a.parts[0], b.parts[0]));
  const uniform = right.kind === "broadcast" ? scope.operand(right.value) : undefined;
  return vectorBinary(scope, operation, a, b, uniform);
}

function selectOf({ condition, yes, no }: Of<"select">, scope: Scope): Value {
  const [a, b, c] = [yes, no, condition].map((operand) => valueOf(operand, scope));
  if (a.lanes > 1) return vectorSelect(scope, c, a, b);
  return scalarValue(a.scalar, () => {
    for (const operand of [a, b, c]) operand.parts[0]();
    scope.code.select();
  });
}

function broadcastOf({ lanes, value }: Of<"broadcast">, scope: Scope): Value {
  const type: RegisterType = { scalar: typeOf(value).scalar, lanes };
  if (lanes === 1) return valueOf(value, scope);
  const { scalar } = type;
  const push = splatOf(value, scalar, scope);
  const bits = laneBits(scalar);
  const held = lanes * bits > 128 ? hold(scope, "v128", push) : push;
  return vectorValue(type, bits, () => held);
}

function splatOf(value: Expression, scalar: Scalar, scope: Scope): Push {
  if (value.kind === "constant" && scalar !== "bool") {
    const lane = typeof value.value === "bigint" || isFloatScalar(scalar) ? value.value : BigInt(value.value);
    return constantVector(scope, scalar, () => lane as number | bigint);
  }
  return splatLoad(value, scope) ?? splat(scope.code, scalar, scope.operand(value));
}
