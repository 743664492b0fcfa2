import { HoduError } from "../errors/hodu-error.ts";
import { quote } from "../errors/quote.ts";

/** A dim of a shape: a number, or a linear expression over named symbols with integer coefficients. */
export type Dim = number | DimExpression;

/** constant + sum of coefficient * symbol; terms sorted by symbol, no zero coefficient, at least one term. */
export interface DimExpression {
  readonly constant: number;
  readonly terms: readonly (readonly [symbol: string, coefficient: number])[];
}

/** A dim that is one named symbol, such as `batch`. */
export function symbolDim(name: string): DimExpression {
  return { constant: 0, terms: [[name, 1]] };
}

function linear(constant: number, terms: Map<string, number>): Dim {
  const kept = [...terms].filter(([, coefficient]) => coefficient !== 0);
  if (kept.length === 0) return constant;
  kept.sort(([a], [b]) => (a < b ? -1 : 1));
  return { constant, terms: kept };
}

/** a + b. */
export function addDims(a: Dim, b: Dim): Dim {
  if (typeof a === "number" && typeof b === "number") return a + b;
  const terms = new Map<string, number>();
  for (const dim of [a, b]) {
    if (typeof dim === "number") continue;
    for (const [symbol, coefficient] of dim.terms) terms.set(symbol, (terms.get(symbol) ?? 0) + coefficient);
  }
  return linear((typeof a === "number" ? a : a.constant) + (typeof b === "number" ? b : b.constant), terms);
}

/** a * factor, for a whole factor. */
export function scaleDim(a: Dim, factor: number): Dim {
  if (typeof a === "number") return a * factor;
  return linear(a.constant * factor, new Map(a.terms.map(([symbol, coefficient]) => [symbol, coefficient * factor])));
}

/** a - b. */
export function subDims(a: Dim, b: Dim): Dim {
  return addDims(a, scaleDim(b, -1));
}

/** a * b, or undefined when that is not linear. */
export function mulDims(a: Dim, b: Dim): Dim | undefined {
  if (typeof a === "number") return scaleDim(b, a);
  if (typeof b === "number") return scaleDim(a, b);
  return undefined;
}

/** a / b where it is exact for every value of the symbols, else undefined. */
export function divDimsExact(a: Dim, b: Dim): Dim | undefined {
  if (dimsEqual(a, b)) return 1;
  if (typeof b !== "number") {
    // c * b / b
    if (typeof a === "number") return a === 0 ? 0 : undefined;
    const ratio = a.terms[0][1] / b.terms[0][1];
    return Number.isInteger(ratio) && dimsEqual(a, scaleDim(b, ratio)) ? ratio : undefined;
  }
  if (b === 0) return undefined;
  const parts = typeof a === "number" ? [a] : [a.constant, ...a.terms.map(([, coefficient]) => coefficient)];
  if (parts.some((part) => part % b !== 0)) return undefined;
  return scaleDim(a, 1 / b);
}

/** floor(a / b) for a positive number b where that is linear: every coefficient of a symbol is a multiple of b; else undefined. */
export function floorDivDim(a: Dim, b: number): Dim | undefined {
  if (typeof a === "number") return Math.floor(a / b);
  if (a.terms.some(([, coefficient]) => coefficient % b !== 0)) return undefined;
  const rest = ((a.constant % b) + b) % b;
  return divDimsExact(addDims(a, -rest), b);
}

/** The product of all dims, or undefined when that is not linear. */
export function productOfDims(dims: readonly Dim[]): Dim | undefined {
  let product: Dim | undefined = 1;
  for (const dim of dims) product = product === undefined ? undefined : mulDims(product, dim);
  return dims.includes(0) ? 0 : product;
}

/** The product of dims as a number times expressions whose coefficients have no common divisor. */
function factorsOf(dims: readonly Dim[]): { readonly number: number; readonly expressions: DimExpression[] } {
  let number = 1;
  const expressions: DimExpression[] = [];
  for (const dim of dims) {
    if (typeof dim === "number") number *= dim;
    else {
      const divisor = [dim.constant, ...dim.terms.map(([, coefficient]) => coefficient)].reduce(greatestDivisor, 0);
      number *= divisor;
      expressions.push(scaleDim(dim, 1 / divisor) as DimExpression);
    }
  }
  return { number, expressions };
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? Math.abs(a) : greatestDivisor(b, a % b);
}

/** The product of `a` divided by that of `b` where it is exact for every value of the symbols, else undefined. */
export function divideProducts(a: readonly Dim[], b: readonly Dim[]): Dim | undefined {
  const top = factorsOf(a);
  const bottom = factorsOf(b);
  for (const expression of bottom.expressions) {
    const at = top.expressions.findIndex((other) => dimsEqual(other, expression));
    if (at < 0) return undefined;
    top.expressions.splice(at, 1);
  }
  const product = productOfDims([top.number, ...top.expressions]);
  return product === undefined ? undefined : divDimsExact(product, bottom.number);
}

/** True when no sizes that its symbols may stand for make it negative. */
export function isNonNegative(dim: Dim): boolean {
  if (typeof dim === "number") return dim >= 0;
  return dim.constant >= 0 && dim.terms.every(([, coefficient]) => coefficient > 0);
}

/** What is known of a dim that both describe: the number where one is; undefined for two unequal numbers. */
export function sameDim(a: Dim, b: Dim): Dim | undefined {
  if (typeof a === "number" && typeof b === "number") return a === b ? a : undefined;
  return typeof b === "number" ? b : a;
}

/** True when both are the same for every value of the symbols. */
export function dimsEqual(a: Dim, b: Dim): boolean {
  if (typeof a === "number" || typeof b === "number") return a === b;
  return (
    a.constant === b.constant &&
    a.terms.length === b.terms.length &&
    a.terms.every(([symbol, coefficient], i) => symbol === b.terms[i][0] && coefficient === b.terms[i][1])
  );
}

/** False when two shapes differ in rank or in a number; each symbol may stand for any number. */
export function shapesMayBeEqual(a: readonly Dim[], b: readonly Dim[]): boolean {
  return (
    a.length === b.length && a.every((dim, i) => typeof dim !== "number" || typeof b[i] !== "number" || dim === b[i])
  );
}

/** The value of a dim, or undefined while one of its symbols has none. */
export function evaluateDim(dim: Dim, symbols: ReadonlyMap<string, number>): number | undefined {
  if (typeof dim === "number") return dim;
  let value = dim.constant;
  for (const [symbol, coefficient] of dim.terms) {
    const known = symbols.get(symbol);
    if (known === undefined) return undefined;
    value += coefficient * known;
  }
  return value;
}

/** All dims when every one is a number, else undefined. */
export function staticShape(shape: readonly Dim[] | undefined): readonly number[] | undefined {
  return shape?.every((dim) => typeof dim === "number") ? (shape as readonly number[]) : undefined;
}

/** `batch`, `2*batch + 1`, `4`; what a terminal would act on in a symbol is escaped. */
export function formatDim(dim: Dim): string {
  return writeDim(dim, (symbol) => quote(symbol).slice(1, -1));
}

/** As formatDim, with symbols as `nameOf` writes them. */
export function writeDim(dim: Dim, nameOf: (symbol: string) => string): string {
  if (typeof dim === "number") return String(dim);
  let text = "";
  const add = (factor: number, symbol?: string): void => {
    const size = text === "" ? factor : Math.abs(factor);
    const term = symbol === undefined ? String(size) : size === 1 ? nameOf(symbol) : `${size}*${nameOf(symbol)}`;
    text += text === "" ? term : `${factor < 0 ? " - " : " + "}${term}`;
  };
  for (const [symbol, coefficient] of dim.terms) add(coefficient, symbol);
  if (dim.constant !== 0) add(dim.constant);
  return text;
}

/** `[batch, 3]`; `[...]` when not even the rank is known. */
export function formatShape(shape: readonly Dim[] | undefined): string {
  return shape === undefined ? "[...]" : `[${shape.map(formatDim).join(", ")}]`;
}

/**
 * The shape that two shapes broadcast to by numpy's rules. A symbol against 1 gives the symbol, against another number that number;
 * two unequal expressions give `fresh()`. Throws INVALID_GRAPH for two unequal numbers, neither of them 1.
 */
export function broadcastDims(a: readonly Dim[], b: readonly Dim[], fresh: () => Dim): Dim[] {
  const rank = Math.max(a.length, b.length);
  const out: Dim[] = [];
  for (let i = 0; i < rank; i++) {
    const x = a[i - (rank - a.length)] ?? 1;
    const y = b[i - (rank - b.length)] ?? 1;
    if (dimsEqual(x, y) || y === 1) out.push(x);
    else if (x === 1) out.push(y);
    else if (typeof x === "number" && typeof y === "number") {
      throw new HoduError(
        "INVALID_GRAPH",
        `Cannot broadcast ${formatShape(a)} with ${formatShape(b)}: ${x} and ${y} differ and neither is 1`,
      );
    } else out.push(typeof x === "number" ? x : typeof y === "number" ? y : fresh());
  }
  return out;
}
