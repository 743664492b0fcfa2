import { quote } from "../../errors/quote.ts";
import { MAX_ARRAY_LENGTH, MAX_UNROLL } from "../limits.ts";
import { constantValue } from "../operand.ts";
import { constantPolynomial } from "../polynomial.ts";
import { scalarType, typeText } from "../scalars.ts";
import { isLaneCount } from "../type-fault.ts";
import { typeOf } from "../type-of.ts";
import type { Statement } from "../types.ts";
import { checkExpression, checkTyped, elementFault, placeInFault, rangeFault } from "./check-expression.ts";
import { isKnownAtCall } from "./known-at-call.ts";
import { barrierFault, loopFault } from "./loop-faults.ts";
import type { Verification } from "./verification.ts";

type Kind<Name extends Statement["kind"]> = Extract<Statement, { kind: Name }>;
type Checks = {
  readonly [Name in Statement["kind"]]: (verification: Verification, statement: Kind<Name>) => void;
};

const CHECKS: Checks = {
  for: checkLoop,
  let: checkDeclaration,
  var: checkDeclaration,
  assign: checkAssignment,
  array: checkArray,
  set: checkSet,
  store: checkStore,
  if: (verification, { condition, yes, no }) => {
    const isRight = checkTyped(verification, condition, scalarType("bool"));
    checkBlock(verification, "yes", "if", yes, () => isRight && verification.ranges.assume(condition, true));
    checkBlock(verification, "no", "if", no, () => isRight && verification.ranges.assume(condition, false));
  },
  guard: (verification, { condition, status }) => {
    if (!Number.isInteger(status) || status < 1 || status > 255)
      verification.find(`the status ${status}, expected 1 to 255`);
    if (checkTyped(verification, condition, scalarType("bool"))) verification.ranges.assume(condition, true);
  },
  barrier: (verification) => {
    const fault = barrierFault(verification.around);
    if (fault !== undefined) verification.find(fault);
  },
};

/** Looks at statements in their order; what one declares and makes sure of holds for those after it. */
export function checkStatements(verification: Verification, statements: readonly Statement[], block: string): void {
  statements.forEach((statement, i) => {
    const check = CHECKS[statement.kind] as (verification: Verification, statement: Statement) => void;
    verification.at(`${block}[${i}]`, () => check(verification, statement));
  });
}

function checkBlock(
  verification: Verification,
  block: string,
  around: Verification["around"][number],
  statements: readonly Statement[],
  enter: () => unknown,
): void {
  verification.inside(around, () => {
    enter();
    checkStatements(verification, statements, block);
  });
}

function checkLoop(verification: Verification, { index, extent, step, loop, splits, body }: Kind<"for">): void {
  const { ranges } = verification;
  const isRight = checkTyped(verification, extent, scalarType("index"));
  const turns = constantValue(extent);
  if (!Number.isInteger(step) || step < 1 || step > 2 ** 31 - 1)
    verification.find(`a step of ${step}, expected 1 to ${2 ** 31 - 1}`);
  if (loop === "unroll" && !(typeof turns === "number" && turns <= MAX_UNROLL * step))
    verification.find(`an unrolled loop, expected a constant of at most ${MAX_UNROLL} turns`);
  if (splits !== undefined) {
    checkTyped(verification, splits, scalarType("bool"));
    if (!isKnownAtCall(splits)) verification.find("a condition to split a loop that is not over constants and sizes");
  }
  const fault = loopFault(verification.around, loop);
  if (fault !== undefined) verification.find(fault);
  checkBlock(verification, "body", loop, body, () => {
    verification.declare(index, { kind: "index", type: scalarType("index"), parallel: verification.parallel });
    if (isRight) ranges.defineIndex(index, ranges.of(extent), step);
  });
}

function checkDeclaration(verification: Verification, { kind, name, value }: Kind<"let" | "var">): void {
  const isRight = checkExpression(verification, value);
  verification.declare(name, { kind, type: isRight ? typeOf(value) : undefined, parallel: verification.parallel });
  if (kind === "let" && isRight) verification.ranges.define(name, value);
}

function checkAssignment(verification: Verification, { name, value }: Kind<"assign">): void {
  const declaration = verification.lookUp(name);
  if (declaration?.kind !== "var") return verification.find(`no variable of the name ${quote(name)}`);
  if (declaration.parallel !== verification.parallel)
    verification.find(`an assignment to ${quote(name)}, which turns that run in any order share`);
  if (declaration.type === undefined) checkExpression(verification, value);
  else checkTyped(verification, value, declaration.type);
}

function checkArray(verification: Verification, { name, type, length, space }: Kind<"array">): void {
  if (!isLaneCount(type.lanes)) verification.find(`an array of ${typeText(type)}`);
  if (!Number.isInteger(length) || length < 1 || length > MAX_ARRAY_LENGTH)
    verification.find(`an array of ${length}, expected 1 to ${MAX_ARRAY_LENGTH}`);
  if (space === "shared" && (!verification.around.includes("grid") || verification.around.includes("lane")))
    verification.find(`a shared array, expected one in a grid turn and outside of its lanes`);
  verification.declare(name, { kind: "array", type, length, space, parallel: verification.parallel });
}

function checkSet(verification: Verification, { array, index, value }: Kind<"set">): void {
  const declaration = verification.lookUp(array);
  if (declaration?.kind !== "array") return verification.find(`no array of the name ${quote(array)}`);
  if (declaration.space === "private" && declaration.parallel !== verification.parallel)
    verification.find(`a write to ${quote(array)}, which turns that run in any order share`);
  checkTyped(verification, value, declaration.type);
  if (!checkTyped(verification, index, scalarType("index"))) return;
  const fault = placeInFault(verification, index, 1, constantPolynomial(declaration.length));
  if (fault !== undefined) verification.find(`${fault} of ${quote(array)}`);
}

function checkStore(verification: Verification, { buffer: name, index, value, mask }: Kind<"store">): void {
  const declaration = verification.lookUp(name);
  if (declaration?.kind !== "buffer") return verification.find(`no buffer of the name ${quote(name)}`);
  const { buffer } = declaration;
  if (buffer.access === "read") verification.find(`a write to ${quote(name)}, which is only read`);
  const areRight = [index, value, ...(mask === undefined ? [] : [mask])].map((part) =>
    checkExpression(verification, part),
  );
  if (areRight.includes(false)) return;
  const type = typeOf(value);
  const fault = elementFault(buffer, type) ?? rangeFault(verification, buffer, index, type.lanes, mask);
  if (fault !== undefined) verification.find(`${fault} of ${quote(name)}`);
}
