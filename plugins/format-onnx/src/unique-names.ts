/** Makes names that nobody has. */
export class UniqueNames {
  readonly #taken: Set<string>;
  /** The number to try next for a wish that was taken: without it many names alike would take quadratic time. */
  readonly #next = new Map<string, number>();

  constructor(taken: Iterable<string> = []) {
    this.#taken = new Set(taken);
  }

  /** Keeps a name from being made. */
  reserve(name: string): void {
    this.#taken.add(name);
  }

  /** `wish`, or `wish_2`, `wish_3`, ... when it is taken. */
  fresh(wish: string): string {
    let name = wish;
    if (this.#taken.has(wish)) {
      let next = this.#next.get(wish) ?? 2;
      do name = `${wish}_${next++}`;
      while (this.#taken.has(name));
      this.#next.set(wish, next);
    }
    this.#taken.add(name);
    return name;
  }
}

/** Gives every node of a model a name of its own. */
export class NodeNames {
  readonly #names = new UniqueNames();
  readonly #given = new Set<string>();

  /** Keeps a name for the first node that has it, before names are made for those without. */
  reserve(own: string): void {
    if (own !== "") this.#names.reserve(own);
  }

  /** The node's own name when it is the first to have it; else one like it, or like `wish` when it has none. */
  give(own: string, wish: string): string {
    if (own !== "" && !this.#given.has(own)) {
      this.#given.add(own);
      this.#names.reserve(own);
      return own;
    }
    const name = this.#names.fresh(own === "" ? wish : own);
    this.#given.add(name);
    return name;
  }
}
