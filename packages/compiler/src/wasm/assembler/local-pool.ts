import { checkLimit } from "./limits.ts";
import type { ValueType } from "./types.ts";

/** A local variable or parameter of one function. */
export interface Local {
  readonly index: number;
  readonly type: ValueType;
  readonly name: string;
}

/** A place of a function's frame, with the names of all who had it. */
export interface LocalSlot {
  readonly type: ValueType;
  readonly names: readonly string[];
}

/** How many names of a slot are kept; more would not be read. */
const NAMES_KEPT = 4;

/** Hands out the locals of one function; those of a scope that has ended are given to the next who asks for that type. */
export class LocalPool {
  readonly #slots: { readonly type: ValueType; readonly names: string[] }[] = [];
  /** Who has each slot now. */
  readonly #owners: (Local | undefined)[] = [];
  readonly #free = new Map<ValueType, number[]>();
  readonly #scopes: Local[][] = [];

  /** All slots, parameters first. */
  get slots(): readonly LocalSlot[] {
    return this.#slots;
  }

  /** A local of that type. In a reused slot it holds what was last in there, otherwise 0. */
  take(type: ValueType, name: string): Local {
    const index = this.#free.get(type)?.pop() ?? this.#slots.length;
    if (index === this.#slots.length) {
      checkLimit("locals", index + 1, "a function");
      this.#slots.push({ type, names: [] });
    }
    const { names } = this.#slots[index]!;
    if (names.length < NAMES_KEPT && !names.includes(name)) names.push(name);
    const local = { index, type, name };
    this.#owners[index] = local;
    this.#scopes.at(-1)?.push(local);
    return local;
  }

  /** Whether the local is of this function and its scope is open. */
  has(local: Local): boolean {
    return this.#owners[local.index] === local;
  }

  openScope(): void {
    this.#scopes.push([]);
  }

  /** Frees what was taken since the scope was opened, so that the first taken is the first to be reused. */
  closeScope(): void {
    for (const local of (this.#scopes.pop() ?? []).reverse()) {
      this.#owners[local.index] = undefined;
      const free = this.#free.get(local.type);
      if (free === undefined) this.#free.set(local.type, [local.index]);
      else free.push(local.index);
    }
  }
}
