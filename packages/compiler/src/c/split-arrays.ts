import { type Expression, type Kernel, operandsOf, type Statement } from "@hodu/core/kernel-ir";
import { expressionsOf, statementsOf } from "./walk.ts";

/**
 * The arrays of a kernel that can be as many variables, which a compiler keeps in registers: every index is made of constants and of
 * indices of loops that are written out, and no other thread gets them.
 */
export function splitArrays(kernel: Kernel): ReadonlySet<string> {
  const arrays = new Map<string, number>();
  const refused = new Set<string>();
  visit(kernel.body, new Set(), 0);
  return new Set([...arrays.keys()].filter((name) => !refused.has(name)));

  /** `unrolled` are the loops written out around; `part` counts the loops around that are functions of their own. */
  function visit(statements: readonly Statement[], unrolled: ReadonlySet<string>, part: number): void {
    for (const statement of statements) {
      if (statement.kind === "array") arrays.set(statement.name, part);
      if (statement.kind === "set") use(statement.array, statement.index, unrolled, part);
      for (const expression of expressionsOf(statement)) visitExpression(expression, unrolled, part);
      const isUnrolled = statement.kind === "for" && statement.loop === "unroll";
      const isPart = statement.kind === "for" && (statement.loop === "parallel" || statement.loop === "grid");
      const inside = isUnrolled ? new Set([...unrolled, statement.index]) : unrolled;
      for (const block of statementsOf(statement)) visit(block, inside, part + (isPart ? 1 : 0));
    }
  }

  function visitExpression(expression: Expression, unrolled: ReadonlySet<string>, part: number): void {
    if (expression.kind === "get") use(expression.array, expression.index, unrolled, part);
    for (const operand of operandsOf(expression)) visitExpression(operand, unrolled, part);
  }

  function use(array: string, index: Expression, unrolled: ReadonlySet<string>, part: number): void {
    if (arrays.get(array) !== part || !isKnown(index, unrolled)) refused.add(array);
  }
}

function isKnown(index: Expression, unrolled: ReadonlySet<string>): boolean {
  if (index.kind === "constant") return true;
  if (index.kind === "local") return unrolled.has(index.name);
  return index.kind === "binary" && isKnown(index.left, unrolled) && isKnown(index.right, unrolled);
}
