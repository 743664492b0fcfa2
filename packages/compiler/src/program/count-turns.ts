import type { Expression, Statement } from "@hodu/core/kernel-ir";
import { knownIndex } from "../c/known-index.ts";
import { MAX_COUNTED_TURNS } from "./limits.ts";

/** What stands around a statement and decides how often it runs: loops, names of indices, and a condition that holds or does not. */
export type Around =
  | Extract<Statement, { kind: "for" | "let" }>
  | { readonly kind: "condition"; readonly condition: Expression; readonly holds: boolean };

type Comparison = Extract<Expression, { kind: "compare" }>["comparison"];

const COMPARISONS: Readonly<Record<Comparison, (a: number, b: number) => boolean>> = {
  eq: (a, b) => a === b,
  ge: (a, b) => a >= b,
  gt: (a, b) => a > b,
  le: (a, b) => a <= b,
  lt: (a, b) => a < b,
  ne: (a, b) => a !== b,
};

/**
 * How often a statement runs, by going through all turns of the loops around it; undefined where these are too many, or what their extents
 * and conditions are made of is not known.
 */
export function countTurns(around: readonly Around[]): number | undefined {
  const values = new Map<string, number>();
  let left = MAX_COUNTED_TURNS;
  const count = (at: number): number => {
    if (at === around.length) return 1;
    if (--left < 0) return Number.NaN;
    const each = around[at];
    if (each.kind === "for") {
      const extent = knownIndex(each.extent, values);
      if (extent === undefined) return Number.NaN;
      let turns = 0;
      for (let index = 0; index < extent && left >= 0; index += each.step) {
        values.set(each.index, index);
        turns += count(at + 1);
      }
      return turns;
    }
    if (each.kind === "condition") {
      const isTrue = truthOf(each.condition, values);
      return isTrue === undefined ? Number.NaN : isTrue === each.holds ? count(at + 1) : 0;
    }
    const value = knownIndex(each.value, values);
    if (value !== undefined) values.set(each.name, value);
    return count(at + 1);
  };
  const turns = count(0);
  return Number.isNaN(turns) ? undefined : turns;
}

function truthOf(condition: Expression, values: ReadonlyMap<string, number>): boolean | undefined {
  if (condition.kind !== "compare") return undefined;
  const [left, right] = [knownIndex(condition.left, values), knownIndex(condition.right, values)];
  return left === undefined || right === undefined ? undefined : COMPARISONS[condition.comparison](left, right);
}
