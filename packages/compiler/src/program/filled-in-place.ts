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
import { expressionsOf } from "../c/walk.ts";
import type { Around } from "./count-turns.ts";
import { turnsOf } from "./turns-of.ts";

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
    filling.visit(statement);
    return filling.stored !== undefined && isZero(sub(filling.stored, to.length));
  });
  if (last < 0 || !filling.isEven) return undefined;
  const { loads } = filling;
  for (const statement of body.slice(last + 1)) filling.visit(statement);
  return filling.loads === loads ? last + 1 : undefined;
}

const isZero = (expression: Expression): boolean => expression.kind === "constant" && expression.value === 0;

/** A place that was loaded from, where it is known, and the blocks around that: what is stored in all of these is stored in the same turn. */
interface Loaded {
  readonly place: string | undefined;
  readonly blocks: readonly Around[];
}

/** What was loaded and stored so far, in the order of the statements. */
class Filling {
  /** Elements stored, over constants and sizes; undefined where that is not known. */
  stored: Expression | undefined = constant("index", 0);
  loads = 0;
  readonly #from: string;
  readonly #to: string;
  /** What stands around the next statement. */
  readonly #around: Around[] = [];
  /** What was loaded and not yet stored. Names in places are declared once in a kernel. */
  #open: readonly Loaded[] = [];
  readonly #variables = new Set<string>();

  constructor(from: string, to: string) {
    this.#from = from;
    this.#to = to;
  }

  /** Whether all that was loaded was stored after that. */
  get isEven(): boolean {
    return this.#open.length === 0;
  }

  visit(statement: Statement): void {
    for (const expression of expressionsOf(statement)) this.#load(expression);
    if (statement.kind === "var") this.#variables.add(statement.name);
    if (statement.kind === "let" && typeOf(statement.value).scalar === "index") this.#around.push(statement);
    if (statement.kind === "store" && statement.buffer === this.#to) this.#store(statement);
    if (statement.kind === "for") this.#block(statement, statement.body);
    if (statement.kind !== "if") return;
    const { condition, yes, no } = statement;
    this.#block({ kind: "condition", condition, holds: true }, yes);
    this.#block({ kind: "condition", condition, holds: false }, no);
  }

  #block(around: Around, statements: readonly Statement[]): void {
    const before = this.#around.length;
    this.#around.push(around);
    for (const statement of statements) this.visit(statement);
    this.#around.length = before;
  }

  #load(expression: Expression): void {
    for (const operand of operandsOf(expression)) this.#load(operand);
    if (expression.kind !== "load" || expression.buffer !== this.#from) return;
    this.loads++;
    const place = this.#isFixed(expression.index) ? placeText(expression.index, expression.type.lanes) : undefined;
    this.#open = [...this.#open, { place, blocks: this.#blocks }];
  }

  #store({ index, value, mask }: Extract<Statement, { kind: "store" }>): void {
    const { lanes } = typeOf(value);
    const turns = mask === undefined ? turnsOf(this.#around) : undefined;
    this.stored = this.stored && turns && add(this.stored, mul(turns, lanes));
    if (!this.#isFixed(index)) return;
    const [place, blocks] = [placeText(index, lanes), this.#blocks];
    const isStored = (loaded: Loaded): boolean =>
      loaded.place === place && blocks.every((block, i) => loaded.blocks[i] === block);
    this.#open = this.#open.filter((loaded) => !isStored(loaded));
  }

  get #blocks(): readonly Around[] {
    return this.#around.filter(({ kind }) => kind !== "let");
  }

  /** Whether an index is the same wherever its names are known. */
  #isFixed(index: Expression): boolean {
    if (index.kind === "get" || index.kind === "load") return false;
    if (index.kind === "local" && this.#variables.has(index.name)) return false;
    return operandsOf(index).every((operand) => this.#isFixed(operand));
  }
}

const placeText = (index: Expression, lanes: number): string => `${lanes} from ${printExpression(index)}`;
