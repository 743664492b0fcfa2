import {
  addPolynomials,
  atomPolynomial,
  constantPolynomial,
  multiplyPolynomials,
  type Polynomial,
  polynomialValue,
  scalePolynomial,
  type Term,
} from "../polynomial.ts";
import { tighten, withoutAtoms } from "./inequality.ts";

/** What an atom is under facts that hold then. */
export interface Case {
  readonly value: Polynomial;
  readonly facts: readonly Polynomial[];
}

/** Steps after which a proof is given up; those of real kernels take below a hundred. */
const MAX_STEPS = 1000;

/** Facts that one proof may add up. */
const MAX_DEPTH = 24;

/**
 * Proves that polynomials over integer atoms are never negative, from facts of that form: it adds up multiples of facts until all that is
 * left is visibly not negative. It is right where it says yes, and may say no to what is true.
 */
export class Prover {
  readonly #facts: Fact[] = [];
  readonly #known = new Set<string>();
  readonly #positive = new Set<string>();
  readonly #order = new Map<string, number>();
  readonly #cases = new Map<string, readonly Case[]>();

  /** Facts that are added inside are forgotten at the end. */
  scope<Result>(work: () => Result): Result {
    const before = this.#facts.length;
    try {
      return work();
    } finally {
      for (const { key, positive } of this.#facts.splice(before)) {
        this.#known.delete(key);
        if (positive !== undefined) this.#positive.delete(positive);
      }
    }
  }

  /** From now on, a polynomial is at least 0. */
  add(fact: Polynomial): void {
    const polynomial = tighten(fact);
    const key = JSON.stringify(polynomial);
    if (polynomialValue(polynomial) !== undefined || this.#known.has(key)) return;
    for (const { atoms } of polynomial)
      for (const atom of atoms) if (!this.#order.has(atom)) this.#order.set(atom, this.#order.size);
    const atom = positiveAtom(polynomial);
    const positive = atom === undefined || this.#positive.has(atom) ? undefined : atom;
    if (positive !== undefined) this.#positive.add(positive);
    this.#known.add(key);
    this.#facts.push({ polynomial, key, positive });
  }

  /** An atom is one of several values. */
  addCases(atom: string, cases: readonly Case[]): void {
    this.#cases.set(atom, cases);
  }

  /** Whether a polynomial is proven to be at least 0. */
  prove(goal: Polynomial): boolean {
    return this.#search(goal, { steps: MAX_STEPS, seen: new Set() }, 0);
  }

  /** Whether a <= b is proven. */
  proveAtMost(a: Polynomial, b: Polynomial): boolean {
    return this.prove(addPolynomials(b, a, -1));
  }

  #search(wanted: Polynomial, budget: Budget, depth: number): boolean {
    const goal = tighten(wanted);
    const bad = this.#badTerm(goal);
    if (bad === undefined) return true;
    const key = JSON.stringify(goal);
    if (depth > MAX_DEPTH || budget.steps-- <= 0 || budget.seen.has(key)) return false;
    budget.seen.add(key);
    const terms = bad.atoms.length > 0 ? [bad] : goal.filter(({ atoms }) => atoms.length > 0);
    return (
      terms.some((term) => this.#cancelled(goal, term).some((next) => this.#search(next, budget, depth + 1))) ||
      this.#split(goal, budget, depth)
    );
  }

  /** The term with the newest atom of those that may be negative; the constant last. */
  #badTerm(goal: Polynomial): Term | undefined {
    const age = ({ atoms }: Term): number => Math.max(-1, ...atoms.map((atom) => this.#order.get(atom) ?? 0));
    const isBad = ({ coefficient, atoms }: Term): boolean =>
      coefficient < 0 || atoms.some((atom) => !this.#positive.has(atom));
    return goal
      .filter(isBad)
      .reduce<Term | undefined>((a, b) => (a === undefined || age(b) > age(a) ? b : a), undefined);
  }

  /** What is left to prove when a multiple of a fact takes the term away; the newest facts first, as they say most. */
  #cancelled(goal: Polynomial, term: Term): Polynomial[] {
    const found: Polynomial[] = [];
    for (const { polynomial: fact } of this.#facts.toReversed())
      for (const part of fact) {
        if (part.atoms.length === 0 || part.coefficient > 0 !== term.coefficient > 0) continue;
        const rest = withoutAtoms(term.atoms, part.atoms);
        if (rest === undefined || !rest.every((atom) => this.#positive.has(atom))) continue;
        const factor: Polynomial = [{ coefficient: Math.abs(term.coefficient), atoms: rest }];
        const multiple = multiplyPolynomials(fact, factor);
        if (multiple === undefined) continue;
        found.push(addPolynomials(scalePolynomial(goal, Math.abs(part.coefficient)), multiple, -1));
      }
    return found;
  }

  /** Proves a goal for each of the values of an atom in it. */
  #split(goal: Polynomial, budget: Budget, depth: number): boolean {
    const atom = goal.flatMap(({ atoms }) => atoms).find((name) => this.#cases.has(name));
    if (atom === undefined) return false;
    return this.#cases.get(atom)!.every(({ value, facts }) =>
      this.scope(() => {
        for (const fact of facts) this.add(fact);
        const next = substitute(goal, atom, value);
        return next !== undefined && this.#search(next, { steps: budget.steps >> 1, seen: new Set() }, depth + 1);
      }),
    );
  }
}

interface Fact {
  readonly polynomial: Polynomial;
  readonly key: string;
  /** The atom that is not negative since this fact. */
  readonly positive: string | undefined;
}

/** The atom that a fact `a - constant >= 0` says is not negative. */
function positiveAtom(fact: Polynomial): string | undefined {
  const [first, rest] = fact;
  const isSingle = fact.length === 1 || (fact.length === 2 && rest.atoms.length === 0 && rest.coefficient < 0);
  return isSingle && first.atoms.length === 1 && first.coefficient > 0 ? first.atoms[0] : undefined;
}

interface Budget {
  steps: number;
  readonly seen: Set<string>;
}

function substitute(polynomial: Polynomial, atom: string, value: Polynomial): Polynomial | undefined {
  let sum: Polynomial = [];
  for (const { coefficient, atoms } of polynomial) {
    let product: Polynomial | undefined = constantPolynomial(coefficient);
    for (const name of atoms)
      product = product && multiplyPolynomials(product, name === atom ? value : atomPolynomial(name));
    if (product === undefined) return undefined;
    sum = addPolynomials(sum, product);
  }
  return sum;
}
