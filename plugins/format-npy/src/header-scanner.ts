import { quote } from "hodu-plugin-sdk";

/** What is wrong with the text of a header, and at which character. */
export class HeaderTextError extends Error {
  readonly at: number;
  readonly found: string;
  readonly expected: string;

  constructor(at: number, found: string, expected: string) {
    super(`found ${found}, expected ${expected}`);
    this.at = at;
    this.found = found;
    this.expected = expected;
  }
}

/** Goes through the text of a header, white space left out. */
export class HeaderScanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Where the next character that is no white space stands. */
  get at(): number {
    this.peek();
    return this.#at;
  }

  /** The next character that is no white space, and "" at the end. */
  peek(): string {
    this.#pass(/[ \t\r\n]*/y);
    return this.#text.charAt(this.#at);
  }

  /** Passes over the character if it is the next. */
  take(character: string): boolean {
    if (this.peek() !== character) return false;
    this.#at++;
    return true;
  }

  /** Passes over the character, which must be the next. Throws HeaderTextError. */
  expect(character: string): void {
    if (!this.take(character)) throw this.wrong(quote(character));
  }

  /** Takes what a sticky pattern matches after white space. */
  match(pattern: RegExp): string | undefined {
    this.peek();
    return this.#pass(pattern);
  }

  /** The error that something else stands here. */
  wrong(expected: string): HeaderTextError {
    const rest = this.#text.slice(this.#at, this.#at + 24);
    return new HeaderTextError(this.#at, rest === "" ? "the end of the header" : quote(rest), expected);
  }

  #pass(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }
}
