import { constantValue } from "../operand.ts";
import { operandsOf } from "../operands.ts";
import { addPolynomials, atomPolynomial, constantPolynomial, type Polynomial } from "../polynomial.ts";
import { printExpression } from "../print-expression.ts";
import { isIntegerScalar, SCALARS } from "../scalars.ts";
import { typeOf } from "../type-of.ts";
import type { Expression, Scalar } from "../types.ts";
import { computedValue } from "./computed-value.ts";
import { conditionFacts } from "./condition-facts.ts";
import { Prover } from "./prover.ts";

/** The atom that stands for the number of a lane. */
export const LANE = "#lane";

/**
 * What is known of the values of a kernel at one place: integers as polynomials over atoms (sizes, loop turns, what was loaded), and
 * facts about these. A vector stands for one of its lanes, whichever.
 */
export class ValueRanges {
  readonly prover = new Prover();
  /** Numbers that fit into an `index` on every target: a cast to it keeps what is at most one of them. */
  readonly bounds: Polynomial[] = [constantPolynomial(2 ** 31 - 1)];
  readonly #names = new Map<string, { readonly value: Polynomial; readonly definition?: Expression }>();
  #fresh = 0;
  #unequal: ReadonlySet<string> = new Set();

  constructor() {
    this.prover.add(atomPolynomial(LANE));
  }

  /** Facts that are learned inside are forgotten at the end. */
  scope<Result>(work: () => Result): Result {
    const unequal = this.#unequal;
    try {
      return this.prover.scope(work);
    } finally {
      this.#unequal = unequal;
    }
  }

  /** A name whose value does not change. */
  define(name: string, definition: Expression): void {
    const value = isCountable(typeOf(definition).scalar) ? this.of(definition) : atomPolynomial(name);
    this.#names.set(name, { value, definition });
  }

  /** A size: an index of at least 0 that fits every target. */
  defineSize(name: string): void {
    this.prover.add(atomPolynomial(name));
    this.bounds.push(atomPolynomial(name));
  }

  /** The index of a loop: `step` times a turn. */
  defineIndex(name: string, extent: Polynomial, step: number): void {
    const value: Polynomial = [{ coefficient: step, atoms: [name] }];
    this.prover.add(atomPolynomial(name));
    this.prover.add(addPolynomials(addPolynomials(extent, value, -1), constantPolynomial(-1)));
    this.#names.set(name, { value });
  }

  /** What a name was defined as. */
  definitionOf(name: string): Expression | undefined {
    return this.#names.get(name)?.definition;
  }

  /** The condition is known to hold, or not to hold. */
  assume(condition: Expression, holds: boolean): void {
    const { atLeastZero, notZero } = conditionFacts(this, condition)[holds ? "holds" : "fails"];
    for (const fact of atLeastZero) this.prover.add(fact);
    if (notZero.length > 0) this.#unequal = new Set([...this.#unequal, ...notZero.map((fact) => JSON.stringify(fact))]);
  }

  /** Whether a difference is proven not to be 0. */
  provesNotZero(difference: Polynomial): boolean {
    const one = constantPolynomial(-1);
    return (
      this.#unequal.has(JSON.stringify(difference)) ||
      this.prover.prove(addPolynomials(one, difference)) ||
      this.prover.prove(addPolynomials(one, difference, -1))
    );
  }

  /** The value of an index or an integer. */
  of(expression: Expression): Polynomial {
    const known = constantValue(expression);
    if (known !== undefined && Number.isSafeInteger(Number(known))) return constantPolynomial(Number(known));
    if (expression.kind === "local") return this.#names.get(expression.name)?.value ?? this.#opaque(expression);
    if (expression.kind === "size") return atomPolynomial(expression.name);
    if (expression.kind === "broadcast") return this.of(expression.value);
    if (expression.kind === "lanes") return atomPolynomial(LANE);
    const isInteger = isCountable(typeOf(expression).scalar);
    return (isInteger ? computedValue(this, expression) : undefined) ?? this.#opaque(expression);
  }

  /** A value that is known to fit a type. */
  fits(value: Polynomial, scalar: Scalar): boolean {
    const [least, most] = rangeOf(scalar);
    if (!this.prover.proveAtMost(constantPolynomial(least), value)) return false;
    if (scalar === "index") return this.bounds.some((bound) => this.prover.proveAtMost(value, bound));
    return this.prover.proveAtMost(value, constantPolynomial(most));
  }

  /** A new atom within bounds. */
  between(least: number, most: number, atom = this.newAtom()): Polynomial {
    const value = atomPolynomial(atom);
    this.prover.add(addPolynomials(value, constantPolynomial(-least)));
    this.prover.add(addPolynomials(constantPolynomial(most), value, -1));
    return value;
  }

  /** The name of a value that nothing else has. */
  newAtom(): string {
    return `#${this.#fresh++}`;
  }

  /** A value of which only its type is known; the same expression is the same value where nothing can change it. */
  #opaque(expression: Expression): Polynomial {
    const { scalar } = typeOf(expression);
    const atom = this.#isStable(expression) ? printExpression(expression) : this.newAtom();
    if (scalar === "u64") this.prover.add(atomPolynomial(atom));
    if (!isIntegerScalar(scalar) || SCALARS[scalar].bits === 64) return atomPolynomial(atom);
    return this.between(...rangeOf(scalar), atom);
  }

  #isStable(expression: Expression): boolean {
    if (expression.kind === "load" || expression.kind === "get") return false;
    if (expression.kind === "local") return this.#names.has(expression.name);
    return operandsOf(expression).every((operand) => this.#isStable(operand));
  }
}

/** Whether values of a scalar are whole numbers. */
export const isCountable = (scalar: Scalar): boolean => scalar === "index" || isIntegerScalar(scalar);

/** The least and the greatest value; what every target holds of an index; 64 bits as far as a double counts exactly. */
function rangeOf(scalar: Scalar): readonly [number, number] {
  const { kind, bits } = SCALARS[scalar === "index" ? "i32" : scalar];
  const least = kind === "signed" ? -(2 ** (bits - 1)) : 0;
  return [Math.max(least, Number.MIN_SAFE_INTEGER), Math.min(least + 2 ** bits - 1, Number.MAX_SAFE_INTEGER)];
}
