import { type Graph, HoduError, quote } from "@hodu/core";

/** Where the outputs of a graph stand, by name. */
export class OutputPositions {
  readonly #names: readonly string[];
  readonly #all: readonly number[];

  constructor({ outputs }: Graph) {
    this.#names = outputs.map(({ name }) => name);
    this.#all = [...this.#names.keys()];
  }

  /** The positions of the outputs of these names; of all when no names are given. Throws BAD_INPUT for a name that is not there. */
  of(wanted: readonly string[] | undefined): readonly number[] {
    if (wanted === undefined) return this.#all;
    return wanted.map((name) => {
      const at = this.#names.indexOf(name);
      if (at >= 0) return at;
      const known = this.#names.map(quote).join(", ");
      throw new HoduError("BAD_INPUT", `Cannot give output ${quote(name)}: the model's outputs are ${known}`);
    });
  }
}
