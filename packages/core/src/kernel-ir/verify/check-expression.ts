import { quote } from "../../errors/quote.ts";
import { operandsOf } from "../operands.ts";
import { addPolynomials, atomPolynomial, constantPolynomial, type Polynomial } from "../polynomial.ts";
import { printExpression } from "../print-expression.ts";
import { sameType, typeText } from "../scalars.ts";
import { indexFault, maskFault, typeFault } from "../type-fault.ts";
import { typeOf } from "../type-of.ts";
import { type Buffer, type Expression, registerOf, type RegisterType } from "../types.ts";
import { divisionFault } from "./division-fault.ts";
import { LANE } from "./value-ranges.ts";
import type { Verification } from "./verification.ts";

type Kind<Name extends Expression["kind"]> = Extract<Expression, { kind: Name }>;

/** Characters of an expression in a finding. */
const MAX_TEXT = 200;

/** Looks at an expression. Returns whether it is right; what was wrong is found. */
export function checkExpression(verification: Verification, expression: Expression): boolean {
  // every operand is looked at, also after one that is wrong
  const areRight = operandsOf(expression).map((operand) => checkExpression(verification, operand));
  if (areRight.includes(false)) return false;
  const fault = typeFault(expression) ?? placeFault(verification, expression);
  if (fault !== undefined) verification.find(`${fault} in ${textOf(expression)}`);
  return fault === undefined;
}

/** Looks at an expression that has to be of a type. */
export function checkTyped(verification: Verification, expression: Expression, type: RegisterType): boolean {
  if (!checkExpression(verification, expression)) return false;
  const found = typeOf(expression);
  if (sameType(found, type)) return true;
  verification.find(`${textOf(expression)} of type ${typeText(found)}, expected ${typeText(type)}`);
  return false;
}

/** An expression for a finding; names were not looked at yet. */
const textOf = (expression: Expression): string => quote(printExpression(expression).slice(0, MAX_TEXT));

/** What is wrong with a well-typed expression at its place. */
function placeFault(verification: Verification, expression: Expression): string | undefined {
  if (expression.kind === "local") return localFault(verification, expression);
  if (expression.kind === "size")
    return verification.lookUp(expression.name)?.kind === "size" ? undefined : `no size of that name`;
  if (expression.kind === "load") return loadFault(verification, expression);
  if (expression.kind === "get") return getFault(verification, expression);
  if (expression.kind !== "binary" || (expression.operation !== "div" && expression.operation !== "rem"))
    return undefined;
  return divisionFault(verification.ranges, expression.left, expression.right);
}

function localFault(verification: Verification, { name, type }: Kind<"local">): string | undefined {
  const declaration = verification.lookUp(name);
  if (declaration === undefined || declaration.kind === "buffer" || declaration.kind === "size")
    return `no value of that name`;
  if (declaration.kind === "array") return `an array where a value is expected`;
  if (declaration.type === undefined || sameType(declaration.type, type)) return undefined;
  return `${typeText(type)}, declared as ${typeText(declaration.type)}`;
}

function loadFault(verification: Verification, { buffer, type, index, mask }: Kind<"load">): string | undefined {
  const declaration = verification.lookUp(buffer);
  if (declaration?.kind !== "buffer") return `no buffer of that name`;
  if (declaration.buffer.access === "write") return `a read of a buffer that is only written`;
  return (
    elementFault(declaration.buffer, type) ?? rangeFault(verification, declaration.buffer, index, type.lanes, mask)
  );
}

function getFault(verification: Verification, { array, type, index }: Kind<"get">): string | undefined {
  const declaration = verification.lookUp(array);
  if (declaration?.kind !== "array") return `no array of that name`;
  if (!sameType(declaration.type, type)) return `${typeText(type)}, declared as ${typeText(declaration.type)}`;
  return placeInFault(verification, index, 1, constantPolynomial(declaration.length));
}

/** Why a value of that type is no element of a buffer. */
export function elementFault({ memory }: Buffer, { scalar }: RegisterType): string | undefined {
  return scalar === registerOf(memory) ? undefined : `${scalar} for elements of ${memory}`;
}

/** Why lanes from `index` on are not proven to lie in a buffer; with `mask`, those that it lets through. */
export function rangeFault(
  verification: Verification,
  buffer: Buffer,
  index: Expression,
  lanes: number,
  mask?: Expression,
): string | undefined {
  const { ranges } = verification;
  const fault = indexFault(index) ?? maskFault(mask, lanes);
  if (fault !== undefined) return fault;
  const length = ranges.of(buffer.length);
  if (mask === undefined) return placeInFault(verification, index, lanes, length);
  return ranges.scope(() => {
    const lane = atomPolynomial(LANE);
    ranges.prover.add(addPolynomials(constantPolynomial(lanes - 1), lane, -1));
    ranges.assume(mask, true);
    return boundsFault(verification, addPolynomials(ranges.of(index), lane), 1, length);
  });
}

/** Why lanes from `index` on are not proven to lie in what has so many elements. */
export function placeInFault(
  verification: Verification,
  index: Expression,
  lanes: number,
  length: Polynomial,
): string | undefined {
  return boundsFault(verification, verification.ranges.of(index), lanes, length);
}

function boundsFault(
  { ranges: { prover } }: Verification,
  first: Polynomial,
  lanes: number,
  length: Polynomial,
): string | undefined {
  if (!prover.prove(first)) return "an index that is not proven to be at least 0";
  const end = addPolynomials(first, constantPolynomial(lanes));
  return prover.proveAtMost(end, length) ? undefined : "an index that is not proven to be below the length";
}
