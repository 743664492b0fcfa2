import { type Expression, OPERATIONS } from "@hodu/core/kernel-ir";

/** An index as a constant and multiples of symbols (sizes of a kernel, by name). */
export interface LinearForm {
  readonly constant: number;
  readonly coefficients: ReadonlyMap<string, number>;
}

const constantForm = (constant: number): LinearForm => ({ constant, coefficients: new Map() });

/** The linear form of an index; undefined where it is none. */
export function linearForm(index: Expression): LinearForm | undefined {
  if (index.kind === "constant") return constantForm(Number(index.value));
  if (index.kind === "size") return { constant: 0, coefficients: new Map([[index.name, 1]]) };
  if (index.kind !== "binary") return undefined;
  const [left, right] = [linearForm(index.left), linearForm(index.right)];
  if (left === undefined || right === undefined) return undefined;
  if (index.operation === "add") return addForms(left, right, 1);
  if (index.operation === "sub") return addForms(left, right, -1);
  if (index.operation !== "mul") return undefined;
  if (left.coefficients.size === 0) return addForms(constantForm(0), right, left.constant);
  return right.coefficients.size === 0 ? addForms(constantForm(0), left, right.constant) : undefined;
}

function addForms(a: LinearForm, b: LinearForm, factor: number): LinearForm {
  const coefficients = new Map(a.coefficients);
  for (const [symbol, coefficient] of b.coefficients) {
    const sum = (coefficients.get(symbol) ?? 0) + factor * coefficient;
    if (sum === 0) coefficients.delete(symbol);
    else coefficients.set(symbol, sum);
  }
  return { constant: a.constant + factor * b.constant, coefficients };
}

/** The index that a form stands for, with expressions in place of its symbols. */
export function indexOfForm({ constant, coefficients }: LinearForm, symbol: (name: string) => Expression): Expression {
  let index = OPERATIONS.constant("index", constant);
  for (const [name, coefficient] of coefficients)
    index = OPERATIONS.add(index, OPERATIONS.mul(symbol(name), coefficient));
  return index;
}
