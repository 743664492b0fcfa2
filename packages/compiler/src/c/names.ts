/** What an identifier stands for, and the letter that it begins with. */
const LETTERS = {
  array: "a",
  buffer: "b",
  extent: "e",
  host: "h",
  index: "i",
  part: "part",
  size: "n",
  status: "s",
  temporary: "t",
  value: "v",
} as const;

/** Identifiers of one kernel: a letter and a number in the order of need, whatever the names of the IR are. */
export class Names {
  readonly #counts = new Map<string, number>();

  /** An identifier that was not there. */
  fresh(kind: keyof typeof LETTERS): string {
    const letter = LETTERS[kind];
    const count = this.#counts.get(letter) ?? 0;
    this.#counts.set(letter, count + 1);
    return `${letter}${count}`;
  }
}
