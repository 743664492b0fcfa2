import { type Expression, OPERATIONS } from "@hodu/core/kernel-ir";
import { type Around, countTurns } from "./count-turns.ts";

const { constant, div, mul, rem } = OPERATIONS;

/** How often a statement runs in one call of its kernel, over constants and sizes; undefined where that is not known. */
export function turnsOf(around: readonly Around[]): Expression | undefined {
  if (around.some(({ kind }) => kind === "condition")) {
    const turns = countTurns(around);
    return turns === undefined ? undefined : constant("index", turns);
  }
  const values = new Map<string, Expression>();
  let turns: Expression | undefined = constant("index", 1);
  for (const each of around) {
    const inner = each.kind === "for" ? turnsOfLoop(each.step, resolved(each.extent, values)) : undefined;
    if (each.kind === "for") turns = turns && inner && mul(turns, inner);
    const value = each.kind === "let" ? resolved(each.value, values) : undefined;
    if (each.kind === "let" && value !== undefined) values.set(each.name, value);
  }
  return turns;
}

function turnsOfLoop(step: number, extent: Expression | undefined): Expression | undefined {
  if (extent === undefined) return undefined;
  if (extent.kind === "constant") return constant("index", Math.max(0, Math.ceil(Number(extent.value) / step)));
  const rest = rem(extent, step);
  return rest.kind === "constant" && rest.value === 0 ? div(extent, step) : undefined;
}

/** An index with the values of its names in place of these. */
function resolved(index: Expression, values: ReadonlyMap<string, Expression>): Expression | undefined {
  if (index.kind === "constant" || index.kind === "size") return index;
  if (index.kind === "local") return values.get(index.name);
  if (index.kind !== "binary") return undefined;
  const [left, right] = [resolved(index.left, values), resolved(index.right, values)];
  return left && right && OPERATIONS[index.operation](left, right);
}
