import { type FunctionType, typeText } from "./types.ts";

/** The types of a module, each once, numbered by their first use. */
export class TypeList {
  readonly #indices = new Map<string, number>();
  readonly #types: FunctionType[] = [];

  constructor(types: readonly FunctionType[] = []) {
    for (const type of types) this.indexOf(type);
  }

  get types(): readonly FunctionType[] {
    return this.#types;
  }

  /** The number of the type, which is added if it is new. */
  indexOf(type: FunctionType): number {
    const text = typeText(type);
    const known = this.#indices.get(text);
    if (known !== undefined) return known;
    this.#indices.set(text, this.#types.length);
    this.#types.push({ params: [...type.params], results: [...type.results] });
    return this.#types.length - 1;
  }
}
