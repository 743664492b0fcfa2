import { HoduError } from "../errors/hodu-error.ts";
import { quote } from "../errors/quote.ts";

const SPACE = /[ \t\r\n]*/y;
const TOKEN = /[A-Za-z_][A-Za-z0-9_]*|-?(?:\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|Infinity)|->|\.\.\.|[()[\]{}:=,*+?-]/y;
/** Text between two escapes. One pattern for all of a quoted text would exhaust the stack on the bytes of a large weight. */
const PLAIN = /[^"\\\n]*/y;

/** Reads the tokens of the textual form: names, JSON strings, numbers, punctuation. Every failure is INVALID_GRAPH with its line. */
export class Scanner {
  readonly #text: string;
  #at = 0;
  #token: string | undefined;

  constructor(text: string) {
    this.#text = text;
    this.#advance();
  }

  /** The token at hand; undefined at the end. */
  get token(): string | undefined {
    return this.#token;
  }

  #advance(): void {
    SPACE.lastIndex = this.#at;
    SPACE.test(this.#text);
    this.#at = SPACE.lastIndex;
    TOKEN.lastIndex = this.#at;
    this.#token = this.#text[this.#at] === '"' ? this.#quoted() : TOKEN.exec(this.#text)?.[0];
    if (this.#token === undefined && this.#at < this.#text.length) this.fail("a token");
    this.#at += this.#token?.length ?? 0;
  }

  /** The quoted text that begins here; undefined when its line ends before it does. */
  #quoted(): string | undefined {
    for (let end = this.#at + 1; ; end += 2) {
      PLAIN.lastIndex = end;
      PLAIN.test(this.#text);
      end = PLAIN.lastIndex;
      if (this.#text[end] === '"') return this.#text.slice(this.#at, end + 1);
      if (this.#text[end] !== "\\") return undefined;
    }
  }

  /** Takes the token when it is this one. */
  accept(token: string): boolean {
    if (this.#token !== token) return false;
    this.#advance();
    return true;
  }

  expect(token: string): void {
    if (!this.accept(token)) this.fail(quote(token));
  }

  /** Takes an identifier. */
  word(): string {
    const token = this.#token;
    if (token === undefined || !/^[A-Za-z_]/.test(token)) return this.fail("a word");
    this.#advance();
    return token;
  }

  /** Takes a quoted text. */
  text(): string {
    const token = this.#token;
    if (token?.[0] !== '"') return this.fail("a quoted text");
    let value: string;
    try {
      value = JSON.parse(token) as string;
    } catch {
      return this.fail("a quoted text as JSON writes it");
    }
    this.#advance();
    return value;
  }

  /** Takes an identifier or a quoted text. */
  wordOrText(): string {
    return this.#token?.[0] === '"' ? this.text() : this.word();
  }

  number(): number {
    const token = this.#token;
    if (token === undefined || !/^(?:-?(?:\d|Infinity)|NaN$)/.test(token)) return this.fail("a number");
    this.#advance();
    return Number(token);
  }

  /** A whole number of at most 2^53. */
  count(): number {
    const value = this.number();
    return Number.isSafeInteger(value) && value >= 0 ? value : this.fail("a whole number");
  }

  integer(): bigint {
    const token = this.#token;
    if (token === undefined || !/^-?\d+$/.test(token)) return this.fail("an integer");
    this.#advance();
    return BigInt(token);
  }

  /** Items separated by commas up to `close`, which is taken too. */
  list<Item>(close: string, item: () => Item): Item[] {
    const items: Item[] = [];
    if (this.accept(close)) return items;
    do items.push(item());
    while (this.accept(","));
    this.expect(close);
    return items;
  }

  fail(expected: string): never {
    const line = this.#text.slice(0, this.#at).split("\n").length;
    const found = this.#token === undefined ? "the end or an unknown character" : quote(this.#token);
    throw new HoduError(
      "INVALID_GRAPH",
      `Cannot read the textual form: found ${found} in line ${line}, expected ${expected}`,
    );
  }
}
