import { type Expression, type Kernel, operandsOf, type Statement } from "@hodu/core/kernel-ir";
import { expressionsOf, statementsOf } from "../../c/walk.ts";
import { callTimeExtent } from "./call-time-extent.ts";

type Loop = Extract<Statement, { kind: "for" }>;

/** A parallel loop, and its extent over constants and sizes. */
interface SplitLoop {
  readonly loop: Loop;
  readonly extent: Expression;
}

/** A part of a kernel that is called on its own. */
export interface Phase {
  readonly statements: readonly Statement[];
  /** The last of the statements, whose turns may be split; without it, the phase runs once. */
  readonly split?: SplitLoop;
}

/**
 * A kernel as parts that run one after another: a parallel loop that nothing is around, or what stands between two of them. Names and guards
 * that can be computed again are, in each part; where any other name is needed in two, the kernel is one part that is not split.
 */
export function phasesOf(kernel: Kernel): readonly Phase[] {
  const grouping = new Grouping(kernel);
  for (const statement of kernel.body) grouping.add(statement);
  return grouping.finish() ?? [{ statements: kernel.body }];
}

class Grouping {
  readonly #phases: Phase[] = [];
  readonly #written: ReadonlySet<string>;
  /** Values of names that every phase can compute. */
  readonly #known = new Map<string, Expression>();
  readonly #repeated: Statement[] = [];
  #serial: Statement[] | undefined;
  #hasGuard = false;

  constructor({ buffers, sizes }: Kernel) {
    this.#written = new Set(buffers.filter(({ access }) => access !== "read").map(({ name }) => name));
    for (const name of sizes) this.#known.set(name, { kind: "size", name });
  }

  add(statement: Statement): void {
    const extent =
      statement.kind === "for" && statement.loop === "parallel"
        ? callTimeExtent(statement.extent, this.#known)
        : undefined;
    if (statement.kind === "for" && extent !== undefined) {
      this.#close();
      this.#push({ statements: [...this.#repeated, statement], split: { loop: statement, extent } });
    } else if (this.#isRepeatable(statement)) this.#repeat(statement);
    else {
      this.#serial ??= [...this.#repeated];
      this.#serial.push(statement);
    }
  }

  /** The phases; undefined where a name would have to go from one to another. */
  finish(): readonly Phase[] | undefined {
    this.#close();
    if (this.#hasGuard || this.#phases.length === 0) this.#push({ statements: this.#repeated });
    return this.#phases.some((phase) => this.#needsOthers(phase)) ? undefined : this.#phases;
  }

  #repeat(statement: Statement): void {
    this.#serial?.push(statement);
    if (statement.kind === "let") this.#known.set(statement.name, statement.value);
    if (statement.kind === "guard" && this.#serial !== undefined) return;
    this.#repeated.push(statement);
    this.#hasGuard ||= statement.kind === "guard";
  }

  #close(): void {
    if (this.#serial !== undefined) this.#push({ statements: this.#serial });
    this.#serial = undefined;
  }

  #push(phase: Phase): void {
    this.#phases.push(phase);
    this.#hasGuard = false;
  }

  #isRepeatable(statement: Statement): boolean {
    if (statement.kind === "let") return this.#isKnown(statement.value);
    return statement.kind === "guard" && this.#isKnown(statement.condition);
  }

  #isKnown(expression: Expression): boolean {
    if (expression.kind === "get" || (expression.kind === "load" && this.#written.has(expression.buffer))) return false;
    if (expression.kind === "local" && !this.#known.has(expression.name)) return false;
    return operandsOf(expression).every((operand) => this.#isKnown(operand));
  }

  /** Whether a phase uses a name that it does not declare. */
  #needsOthers({ statements }: Phase): boolean {
    const declared = new Set<string>();
    const needed = new Set<string>();
    collectNames(statements, declared, needed);
    return [...needed].some((name) => !declared.has(name));
  }
}

function collectNames(statements: readonly Statement[], declared: Set<string>, needed: Set<string>): void {
  for (const statement of statements) {
    if (statement.kind === "let" || statement.kind === "var" || statement.kind === "array")
      declared.add(statement.name);
    if (statement.kind === "for") declared.add(statement.index);
    if (statement.kind === "assign") needed.add(statement.name);
    if (statement.kind === "set") needed.add(statement.array);
    for (const expression of expressionsOf(statement)) collectUses(expression, needed);
    for (const block of statementsOf(statement)) collectNames(block, declared, needed);
  }
}

function collectUses(expression: Expression, needed: Set<string>): void {
  if (expression.kind === "local") needed.add(expression.name);
  if (expression.kind === "get") needed.add(expression.array);
  for (const operand of operandsOf(expression)) collectUses(operand, needed);
}
