import { type CType, suffixOf } from "./c-type.ts";
import type { CTarget } from "./target.ts";

/** What the kernels of a file use of hodu.h: types and functions, each after what it uses itself. */
export class Prelude {
  readonly target: CTarget;
  readonly #lines = new Set<string>();

  constructor(target: CTarget) {
    this.target = target;
  }

  /** Has a macro of hodu.h invoked once. */
  need(macro: string, ...values: readonly (string | number)[]): void {
    this.#lines.add(`${macro}(${values.join(", ")})`);
  }

  /** The end of a type's name, for which the type is there from here on. */
  type(type: CType): string {
    if (type.lanes > 1) this.need("HODU_VECTOR", suffixOf(type), type.scalar, type.lanes);
    return suffixOf(type);
  }

  /** The invocations in the order of need. */
  get lines(): readonly string[] {
    return [...this.#lines];
  }
}
