import {
  type Buffer,
  type Expression,
  type Kernel,
  OPERATIONS,
  operandsOf,
  printExpression,
  type Statement,
  typeOf,
} from "@hodu/core/kernel-ir";
import { expressionsOf, statementsOf } from "../c/walk.ts";
import { TurnCount } from "./turn-count.ts";

const { add, constant, mul, sub } = OPERATIONS;

/**
 * With how many of its statements a kernel fills the buffer `to`, if `from` may be the same memory; undefined where that is not safe.
 * It is where each element that is loaded from `from` is stored to `to` later in the same turn, by the same index and with as many lanes,
 * where no element is stored twice, and where nothing is loaded from `from` after that. The statements that are left may update `to`.
 */
export function filledInPlace({ body }: Kernel, from: Buffer, to: Buffer): number | undefined {
  if (from.memory !== to.memory || !isZero(sub(from.length, to.length))) return undefined;
  const filling = new Filling(from.name, to.name);
  // a result is filled whole: stores that are as many as its elements write each of them once
  const last = body.findIndex((statement) => {
    filling.visit(statement, constant("index", 1));
    return filling.stored !== undefined && isZero(sub(filling.stored, to.length));
  });
  if (last < 0 || !filling.isEven) return undefined;
  const { loads } = filling;
  for (const statement of body.slice(last + 1)) filling.visit(statement, undefined);
  return filling.loads === loads ? last + 1 : undefined;
}

const isZero = (expression: Expression): boolean => expression.kind === "constant" && expression.value === 0;

/** What was loaded and stored so far, in the order of the statements. */
class Filling {
  /** Elements stored, over constants and sizes; undefined where that is not known. */
  stored: Expression | undefined = constant("index", 0);
  loads = 0;
  readonly #from: string;
  readonly #to: string;
  readonly #turns = new TurnCount();
  /** Places that were loaded from and not yet stored to; names in them are declared once in a kernel. */
  readonly #open = new Set<string>();
  readonly #variables = new Set<string>();

  constructor(from: string, to: string) {
    this.#from = from;
    this.#to = to;
  }

  /** Whether all that was loaded was stored after that. */
  get isEven(): boolean {
    return this.#open.size === 0;
  }

  /** Takes a statement that runs so many times; undefined: it is not known how many. */
  visit(statement: Statement, turns: Expression | undefined): void {
    if (statement.kind === "var") this.#variables.add(statement.name);
    if (statement.kind === "let") this.#turns.define(statement.name, statement.value);
    for (const expression of expressionsOf(statement)) this.#load(expression);
    if (statement.kind === "store" && statement.buffer === this.#to) this.#store(statement, turns);
    const inner = statement.kind === "for" ? this.#turns.of(statement) : undefined;
    if (inner !== undefined && isZero(inner)) return;
    const all = turns === undefined || inner === undefined ? undefined : mul(turns, inner);
    for (const block of statementsOf(statement)) for (const each of block) this.visit(each, all);
  }

  #load(expression: Expression): void {
    for (const operand of operandsOf(expression)) this.#load(operand);
    if (expression.kind !== "load" || expression.buffer !== this.#from) return;
    this.loads++;
    this.#open.add(this.#isFixed(expression.index) ? placeText(expression.index, expression.type.lanes) : "unknown");
  }

  #store({ index, value, mask }: Extract<Statement, { kind: "store" }>, turns: Expression | undefined): void {
    const { lanes } = typeOf(value);
    if (turns === undefined || mask !== undefined) this.stored = undefined;
    else this.stored &&= add(this.stored, mul(turns, lanes));
    if (this.#isFixed(index)) this.#open.delete(placeText(index, lanes));
  }

  /** Whether an index is the same wherever its names are known. */
  #isFixed(index: Expression): boolean {
    if (index.kind === "get" || index.kind === "load") return false;
    if (index.kind === "local" && this.#variables.has(index.name)) return false;
    return operandsOf(index).every((operand) => this.#isFixed(operand));
  }
}

const placeText = (index: Expression, lanes: number): string => `${lanes} from ${printExpression(index)}`;
