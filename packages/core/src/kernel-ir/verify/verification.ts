import { quote } from "../../errors/quote.ts";
import { isName } from "../names.ts";
import type { Buffer, LoopKind, RegisterType, Space } from "../types.ts";
import { ValueRanges } from "./value-ranges.ts";

/** What a name stands for. `type` is undefined where its value was wrong. */
export type Declaration =
  | { readonly kind: "buffer"; readonly buffer: Buffer }
  | { readonly kind: "size" }
  | { readonly kind: "index" | "let" | "var"; readonly type: RegisterType | undefined; readonly parallel: number }
  | {
      readonly kind: "array";
      readonly type: RegisterType;
      readonly length: number;
      readonly space: Space;
      readonly parallel: number;
    };

/** Findings after which no more are written down. */
const MAX_FINDINGS = 100;

/** The state of one verification: what was found, what is declared and known at the place that is looked at. */
export class Verification {
  readonly findings: string[] = [];
  readonly ranges = new ValueRanges();
  /** Loops, and "if", around the place. */
  readonly around: (LoopKind | "if")[] = [];
  readonly #path: string[] = [];
  readonly #declared = new Map<string, Declaration>();
  readonly #taken = new Set<string>();

  /** Writes a finding down, at the place that is looked at. */
  find(text: string): void {
    if (this.findings.length < MAX_FINDINGS) this.findings.push(`${this.#path.join(".")}: ${text}`);
  }

  /** Looks at a part of a kernel. */
  at(part: string, look: () => void): void {
    this.#path.push(part);
    look();
    this.#path.pop();
  }

  /** Looks at what has names and facts of its own. */
  inside(around: LoopKind | "if" | undefined, look: () => void): void {
    const before = new Set(this.#declared.keys());
    if (around !== undefined) this.around.push(around);
    this.ranges.scope(look);
    if (around !== undefined) this.around.pop();
    for (const name of this.#declared.keys()) if (!before.has(name)) this.#declared.delete(name);
  }

  /** A name is visible from here on. */
  declare(name: string, declaration: Declaration): void {
    if (!isName(name)) this.find(`the name ${quote(name)}, expected letters, digits and _`);
    else if (this.#taken.has(name)) this.find(`the name ${quote(name)}, which is declared before`);
    this.#taken.add(name);
    this.#declared.set(name, declaration);
  }

  /** What a name stands for here. */
  lookUp(name: string): Declaration | undefined {
    return this.#declared.get(name);
  }

  /** How many loops around the place run their turns in any order. */
  get parallel(): number {
    return this.around.filter((kind) => kind === "parallel" || kind === "grid" || kind === "lane").length;
  }
}
