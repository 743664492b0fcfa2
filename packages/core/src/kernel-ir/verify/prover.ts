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

/** Facts that one proof may look at; those of real kernels look at some hundreds. */
const MAX_LOOKS = 4_000;

/** Facts that all proofs of a kernel may look at: a few seconds. What is left after that is not proven. */
const MAX_ALL_LOOKS = 10_000_000;

/** Facts that one proof may add up: short proofs are looked for first. */
const DEPTHS = [2, 4, 6, 9, 16];

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
  #looks = MAX_ALL_LOOKS;

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
    return DEPTHS.some((depth) => {
      const allowed = Math.min(MAX_LOOKS, this.#looks);
      const search = { looks: allowed, depth, seen: new Set<string>() };
      const isProven = this.#search(goal, search);
      this.#looks -= allowed - Math.max(search.looks, 0);
      return isProven;
    });
  }

  /** Whether a <= b is proven. */
  proveAtMost(a: Polynomial, b: Polynomial): boolean {
    return this.prove(addPolynomials(b, a, -1));
  }

  #search(wanted: Polynomial, search: Search): boolean {
    const goal = tighten(wanted);
    const bad = this.#badTerm(goal);
    if (bad === undefined) return true;
    const key = `${search.depth} ${JSON.stringify(goal)}`;
    if (search.depth <= 0 || search.seen.has(key)) return false;
    search.seen.add(key);
    search.depth -= 1;
    const terms = bad.atoms.length > 0 ? [bad] : goal.filter(({ atoms }) => atoms.length > 0);
    const isProven = terms.some((term) => this.#cancel(goal, term, search)) || this.#split(goal, search);
    search.depth += 1;
    return isProven;
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

  /** Proves what is left when a multiple of a fact takes the term away; with the newest facts first, as they say most. */
  #cancel(goal: Polynomial, term: Term, search: Search): boolean {
    for (let i = this.#facts.length - 1; i >= 0; i--) {
      if (search.looks-- <= 0) return false;
      const { polynomial } = this.#facts[i];
      for (const part of polynomial) {
        if (part.atoms.length === 0 || part.coefficient > 0 !== term.coefficient > 0) continue;
        const rest = withoutAtoms(term.atoms, part.atoms);
        if (rest === undefined || !rest.every((atom) => this.#positive.has(atom))) continue;
        const multiple = multiplyPolynomials(polynomial, [{ coefficient: Math.abs(term.coefficient), atoms: rest }]);
        if (multiple === undefined) continue;
        const next = addPolynomials(scalePolynomial(goal, Math.abs(part.coefficient)), multiple, -1);
        if (this.#search(next, search)) return true;
      }
    }
    return false;
  }

  /** Proves a goal for each of the values of an atom in it. */
  #split(goal: Polynomial, search: Search): boolean {
    const atom = goal.flatMap(({ atoms }) => atoms).find((name) => this.#cases.has(name));
    if (atom === undefined) return false;
    return this.#cases.get(atom)!.every(({ value, facts }) =>
      this.scope(() => {
        for (const fact of facts) this.add(fact);
        const next = substitute(goal, atom, value);
        if (next === undefined) return false;
        // the same goal may be proven under the facts of a case
        const inner = { ...search, seen: new Set<string>() };
        const isProven = this.#search(next, inner);
        search.looks = inner.looks;
        return isProven;
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

/** The state of a proof: facts that it may still look at and still add up, and goals that it was at. */
interface Search {
  looks: number;
  depth: number;
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
