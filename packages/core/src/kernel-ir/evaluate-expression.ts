import { readElement } from "./elements.ts";
import { type Evaluate, type Frame, type Lanes, named, placeIn, stop } from "./evaluation-frame.ts";
import { fmaValue } from "./fused-multiply-add.ts";
import { printExpression } from "./print-expression.ts";
import { binaryValue, compareScalars, unaryValue } from "./scalar-arithmetic.ts";
import { bitsOfLanes, castValue, isWideScalar, type ScalarValue, zeroOf } from "./scalar-values.ts";
import { typeOf } from "./type-of.ts";
import type { Expression, Reduction, Scalar } from "./types.ts";

type Rules = {
  readonly [Kind in Expression["kind"]]: (expression: Extract<Expression, { kind: Kind }>, frame: Frame) => Lanes;
};

const RULES: Rules = {
  constant: ({ value }) => [value],
  local: ({ name }, frame) => named(frame, frame.locals, name),
  size: ({ name }, frame) => [named(frame, frame.sizes, name)],
  load: evaluateLoad,
  get: evaluateGet,
  unary: ({ operation, value }, frame) => {
    const { scalar } = typeOf(value);
    return evaluate(value, frame).map((lane) => unaryValue(operation, scalar, lane));
  },
  binary: evaluateBinary,
  compare: ({ comparison, left, right }, frame) => {
    const other = evaluate(right, frame);
    return evaluate(left, frame).map((lane, i) => compareScalars(comparison, lane, other[i]));
  },
  select: ({ condition, yes, no }, frame) => {
    const [chosen, rejected] = [evaluate(yes, frame), evaluate(no, frame)];
    return evaluate(condition, frame).map((holds, i) => (holds === true ? chosen[i] : rejected[i]));
  },
  fma: ({ a, b, c, exact }, frame) => {
    const { scalar } = typeOf(a);
    const [x, y, z] = [a, b, c].map((operand) => evaluate(operand, frame) as number[]);
    return x.map((lane, i) => fmaValue(scalar, lane, y[i], z[i], exact));
  },
  cast: ({ to, value }, frame) => {
    const { scalar } = typeOf(value);
    return evaluate(value, frame).map((lane) => castValue(scalar, to, lane));
  },
  bits: ({ to, value }, frame) => bitsOfLanes(typeOf(value).scalar, to, evaluate(value, frame)),
  broadcast: ({ lanes, value }, frame) => new Array<ScalarValue>(lanes).fill(evaluate(value, frame)[0]),
  lanes: ({ lanes, type }) => Array.from({ length: lanes }, (_, i) => (isWideScalar(type) ? BigInt(i) : i)),
  reduce: ({ reduction, value }, frame) => [reduceLanes(reduction, typeOf(value).scalar, evaluate(value, frame))],
  dot2: ({ acc, a, b }, frame) => sumsOfProducts(2, acc, a, b, frame),
  dot4: ({ acc, a, b }, frame) => sumsOfProducts(4, acc, a, b, frame),
};

/** The lanes that an expression gives. Throws INVALID_KERNEL for what the IR leaves undefined: an index out of range, a division by 0. */
export const evaluate: Evaluate = (expression, frame) => {
  const rule = RULES[expression.kind] as Evaluate;
  return rule(expression, frame);
};

function evaluateLoad(expression: Extract<Expression, { kind: "load" }>, frame: Frame): Lanes {
  const { type, mask } = expression;
  const { buffer, elements, length } = named(frame, frame.buffers, expression.buffer);
  const first = evaluate(expression.index, frame)[0] as number;
  const wanted = mask === undefined ? undefined : evaluate(mask, frame);
  return Array.from({ length: type.lanes }, (_, lane) => {
    if (wanted?.[lane] === false) return zeroOf(type.scalar);
    return readElement(buffer.memory, elements, placeIn(frame, buffer.name, first + lane, length));
  });
}

function evaluateGet({ array, index }: Extract<Expression, { kind: "get" }>, frame: Frame): Lanes {
  const elements = named(frame, frame.arrays, array);
  const place = placeIn(frame, array, evaluate(index, frame)[0], elements.length);
  return elements[place] ?? stop(frame, `element ${place} of "${array}", which was not written`);
}

function evaluateBinary(expression: Extract<Expression, { kind: "binary" }>, frame: Frame): Lanes {
  const { operation, left, right } = expression;
  const { scalar } = typeOf(left);
  const other = evaluate(right, frame);
  return evaluate(left, frame).map(
    (lane, i) =>
      binaryValue(operation, scalar, lane, other[i]) ??
      stop(frame, `${printExpression(expression)} of ${String(lane)} and ${String(other[i])}, which is not defined`),
  );
}

/** Lane i with lane i + half, until one is left. */
function reduceLanes(reduction: Reduction, scalar: Scalar, lanes: Lanes): ScalarValue {
  let left = lanes;
  while (left.length > 1) {
    const [half, before] = [left.length / 2, left];
    left = before.slice(0, half).map((lane, i) => binaryValue(reduction, scalar, lane, before[i + half])!);
  }
  return left[0];
}

function sumsOfProducts(count: 2 | 4, acc: Expression, a: Expression, b: Expression, frame: Frame): Lanes {
  const [x, y] = [evaluate(a, frame) as number[], evaluate(b, frame) as number[]];
  return (evaluate(acc, frame) as number[]).map((start, i) => {
    let sum = start;
    for (let at = i * count; at < (i + 1) * count; at++) sum += x[at] * y[at];
    return sum | 0;
  });
}
