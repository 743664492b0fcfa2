import { type Expression, OPERATIONS, type Statement } from "@hodu/core/kernel-ir";

type Loop = Extract<Statement, { kind: "for" }>;

const { constant, div, rem } = OPERATIONS;

/** Counts the turns of loops as expressions over constants and sizes. */
export class TurnCount {
  readonly #values = new Map<string, Expression>();

  /** Takes a name for a value. */
  define(name: string, value: Expression): void {
    const known = this.#known(value);
    if (known !== undefined) this.#values.set(name, known);
  }

  /** How many turns a loop has; undefined where the data or a loop around it decides. */
  of({ extent, step }: Loop): Expression | undefined {
    const known = this.#known(extent);
    if (known === undefined) return undefined;
    if (known.kind === "constant") return constant("index", Math.max(0, Math.ceil(Number(known.value) / step)));
    const rest = rem(known, step);
    return rest.kind === "constant" && rest.value === 0 ? div(known, step) : undefined;
  }

  /** An index with the values of its names in place of these. */
  #known(expression: Expression): Expression | undefined {
    if (expression.kind === "constant" || expression.kind === "size") return expression;
    if (expression.kind === "local") return this.#values.get(expression.name);
    if (expression.kind !== "binary") return undefined;
    const [left, right] = [this.#known(expression.left), this.#known(expression.right)];
    return left && right && OPERATIONS[expression.operation](left, right);
  }
}
