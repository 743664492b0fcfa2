/** Text in lines and blocks, indented by two. */
export class CLines {
  readonly #lines: string[] = [];
  #depth = 0;
  #characters = 0;

  /** Adds a line; an empty one stays empty. */
  line(text: string): void {
    const line = text === "" ? "" : `${"  ".repeat(this.#depth)}${text}`;
    this.#lines.push(line);
    this.#characters += line.length + 1;
  }

  /** Adds `head {`, what `write` adds, and `}` with what follows it. */
  block(head: string, write: () => void, tail = ""): void {
    this.line(head === "" ? "{" : `${head} {`);
    this.#depth++;
    write();
    this.#depth--;
    this.line(`}${tail}`);
  }

  /** How many characters there are. */
  get length(): number {
    return this.#characters;
  }

  /** All lines, each with its end. */
  toString(): string {
    return this.#lines.map((line) => `${line}\n`).join("");
  }
}
