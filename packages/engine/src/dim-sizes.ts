import type { Dim } from "@hodu/core";

/** Sizes of dims for an estimate: symbols of the model without a size count as 1 and are remembered. */
export class DimSizes {
  /** Symbols that no size was given for. */
  readonly assumed = new Set<string>();
  readonly #sizes: ReadonlyMap<string, number>;

  constructor(sizes: ReadonlyMap<string, number>) {
    this.#sizes = sizes;
  }

  /** Undefined for a dim that only a run can tell: its symbol is one that inference made. */
  of(dim: Dim): number | undefined {
    if (typeof dim === "number") return dim;
    let size = dim.constant;
    for (const [symbol, coefficient] of dim.terms) {
      if (symbol.startsWith("?")) return undefined;
      if (!this.#sizes.has(symbol)) this.assumed.add(symbol);
      size += coefficient * (this.#sizes.get(symbol) ?? 1);
    }
    return Math.max(0, size);
  }

  /** Elements of a shape; undefined where it or a dim of it is not known. */
  elements(shape: readonly Dim[] | undefined): number | undefined {
    let count: number | undefined = shape === undefined ? undefined : 1;
    for (const dim of shape ?? []) {
      const size = this.of(dim);
      count = count === undefined || size === undefined ? undefined : count * size;
    }
    return count;
  }
}
