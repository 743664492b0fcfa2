import { type Expression, printExpression } from "@hodu/core/kernel-ir";
import { knownIndex } from "../../c/known-index.ts";
import { MAX_INDEX_TERMS } from "./limits.ts";
import type { Scope } from "./scope.ts";

/** A factor that is not a sum or a number. */
interface Atom {
  /** The same for the same value: while a block runs, or, for what changes, in one expression. */
  readonly key: string;
  readonly expression: Expression;
  /** Blocks around the place from which on it is known; Infinity for what changes. */
  readonly depth: number;
}

/** coefficient * the product of atoms. */
export interface IndexTerm {
  readonly key: string;
  readonly coefficient: number;
  readonly atoms: readonly Atom[];
  readonly depth: number;
}

/** An index as number + terms. */
export interface LinearIndex {
  readonly constant: number;
  readonly terms: readonly IndexTerm[];
}

/** An index multiplied out; indices of unrolled loops are numbers. Sums wrap, so that their order does not matter. */
export function linearIndex(expression: Expression, scope: Scope): LinearIndex {
  const known = knownIndex(expression, scope.unrolled);
  if (known !== undefined) return { constant: known, terms: [] };
  if (expression.kind === "binary") {
    const { operation } = expression;
    if (operation === "add" || operation === "sub" || operation === "mul") {
      const [left, right] = [linearIndex(expression.left, scope), linearIndex(expression.right, scope)];
      if (operation !== "mul") return sum(left, right, operation === "add" ? 1 : -1);
      if ((left.terms.length + 1) * (right.terms.length + 1) <= MAX_INDEX_TERMS) return product(left, right);
    }
  }
  const atom = atomOf(expression, scope);
  return { constant: 0, terms: [term(1, [atom])] };
}

function term(coefficient: number, atoms: readonly Atom[]): IndexTerm {
  const sorted = [...atoms].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  const key = `${coefficient}*${sorted.map((atom) => atom.key).join("*")}`;
  return { key, coefficient, atoms: sorted, depth: Math.max(...sorted.map(({ depth }) => depth)) };
}

function sum(left: LinearIndex, right: LinearIndex, sign: 1 | -1): LinearIndex {
  const terms = [...left.terms, ...right.terms.map(({ coefficient, atoms }) => term(coefficient * sign, atoms))];
  return { constant: left.constant + sign * right.constant, terms: collected(terms) };
}

function product(left: LinearIndex, right: LinearIndex): LinearIndex {
  const terms = [
    ...left.terms.flatMap((a) => right.terms.map((b) => term(a.coefficient * b.coefficient, [...a.atoms, ...b.atoms]))),
    ...left.terms.map((a) => term(a.coefficient * right.constant, a.atoms)),
    ...right.terms.map((b) => term(b.coefficient * left.constant, b.atoms)),
  ];
  return { constant: left.constant * right.constant, terms: collected(terms) };
}

/** Terms with equal atoms as one, in one order. */
function collected(terms: readonly IndexTerm[]): readonly IndexTerm[] {
  const sums = new Map<string, IndexTerm>();
  for (const { coefficient, atoms } of terms) {
    const key = atoms.map((atom) => atom.key).join("*");
    sums.set(key, term(coefficient + (sums.get(key)?.coefficient ?? 0), atoms));
  }
  return [...sums.values()].filter(({ coefficient }) => coefficient !== 0);
}

function atomOf(expression: Expression, scope: Scope): Atom {
  const [key, depth] = identity(expression, scope);
  return { key, expression, depth };
}

/** What tells the value of an expression from others, and from where on it is known. */
function identity(expression: Expression, scope: Scope): readonly [key: string, depth: number] {
  const known = knownIndex(expression, scope.unrolled);
  if (known !== undefined) return [`${known}`, 0];
  switch (expression.kind) {
    case "size":
    case "local": {
      const { id, locals, depth } = scope.declared.get(expression.name)!;
      return [`${expression.name}#${id}`, locals === undefined ? depth : Infinity];
    }
    case "binary": {
      const [[left, a], [right, b]] = [identity(expression.left, scope), identity(expression.right, scope)];
      return [`(${left} ${expression.operation} ${right})`, Math.max(a, b)];
    }
    default:
      return [printExpression(expression), Infinity];
  }
}
