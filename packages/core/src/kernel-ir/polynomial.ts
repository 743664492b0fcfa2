/** coefficient * the product of the atoms, which are sorted names of values; no atoms for a constant. */
export interface Term {
  readonly coefficient: number;
  readonly atoms: readonly string[];
}

/** A sum of terms with different atoms and coefficients other than 0, sorted by their atoms, the constant last. */
export type Polynomial = readonly Term[];

/** Terms past which a product is not multiplied out. */
const MAX_TERMS = 64;

/** The sum of terms in any order. */
export function sumOfTerms(terms: Iterable<Term>): Polynomial {
  const sums = new Map<string, Term>();
  for (const { coefficient, atoms } of terms) {
    const key = atoms.join("\n");
    const before = sums.get(key);
    sums.set(key, { coefficient: coefficient + (before?.coefficient ?? 0), atoms });
  }
  const kept = [...sums].filter(([, { coefficient }]) => coefficient !== 0);
  return kept.sort(([a], [b]) => compareKeys(a, b)).map(([, term]) => term);
}

function compareKeys(a: string, b: string): number {
  if (a === "" || b === "") return a === b ? 0 : a === "" ? 1 : -1;
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** A number as a polynomial. */
export const constantPolynomial = (value: number): Polynomial =>
  value === 0 ? [] : [{ coefficient: value, atoms: [] }];

/** A named value as a polynomial. */
export const atomPolynomial = (atom: string): Polynomial => [{ coefficient: 1, atoms: [atom] }];

/** a + b * factor. */
export function addPolynomials(a: Polynomial, b: Polynomial, factor = 1): Polynomial {
  const added = scalePolynomial(b, factor);
  if (a.length === 0) return added;
  return added.length === 0 ? a : sumOfTerms([...a, ...added]);
}

/** a * factor. */
export function scalePolynomial(a: Polynomial, factor: number): Polynomial {
  if (factor === 1) return a;
  return factor === 0 ? [] : a.map(({ coefficient, atoms }) => ({ coefficient: coefficient * factor, atoms }));
}

/** a * b, multiplied out; undefined where that is too long. */
export function multiplyPolynomials(a: Polynomial, b: Polynomial): Polynomial | undefined {
  const [left, right] = [polynomialValue(a), polynomialValue(b)];
  if (right !== undefined) return scalePolynomial(a, right);
  if (left !== undefined) return scalePolynomial(b, left);
  if (a.length * b.length > MAX_TERMS) return undefined;
  return sumOfTerms(
    a.flatMap((one) =>
      b.map((other) => ({
        coefficient: one.coefficient * other.coefficient,
        atoms: [...one.atoms, ...other.atoms].sort(compareKeys),
      })),
    ),
  );
}

/** The value of a polynomial without atoms. */
export function polynomialValue(a: Polynomial): number | undefined {
  if (a.length === 0) return 0;
  return a.length === 1 && a[0].atoms.length === 0 ? a[0].coefficient : undefined;
}

/** Whether all coefficients are safe integers, so that no digit was lost. */
export const isExact = (a: Polynomial): boolean => a.every(({ coefficient }) => Number.isSafeInteger(coefficient));
