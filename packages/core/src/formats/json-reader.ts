import { quote } from "../errors/quote.ts";
import { JSON_DEPTH, JSON_INTEGER_DIGITS } from "./limits.ts";

/** A JSON value without loss: integers past 2^53 are bigints, objects keep their order and cannot hide a key that stands twice. */
export type Json = null | boolean | number | bigint | string | readonly Json[] | JsonObject;
export type JsonObject = ReadonlyMap<string, Json>;

/** What is wrong with a text, at which character. */
export class JsonError extends Error {
  override readonly name = "JsonError";
  readonly position: number;

  constructor(message: string, position: number) {
    super(message);
    this.position = position;
  }
}

/** Reads a JSON text (RFC 8259) of at most 100 levels. Throws JsonError. */
export function readJson(text: string): Json {
  const reader = new Reader(text);
  const value = reader.value(1);
  reader.end();
  return value;
}

const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const PLAIN_STRING = /[^"\\\p{Cc}\p{Cs}]*/uy;
const SPACE = /[ \t\n\r]*/y;
const WORD = /[^\s,:[\]{}"]{1,40}/y;

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): Json {
    this.#match(SPACE);
    const character = this.#text[this.#at];
    if (character === "[" || character === "{") {
      if (depth > JSON_DEPTH) this.#fail(`found more than ${JSON_DEPTH} levels of brackets`);
      return character === "[" ? this.#array(depth) : this.#object(depth);
    }
    if (character === '"') return this.#string();
    if (character === "-" || (character >= "0" && character <= "9")) return this.#number();
    return this.#word();
  }

  end(): void {
    this.#match(SPACE);
    if (this.#at < this.#text.length) this.#fail(`found ${this.#here()}, expected the end`);
  }

  #array(depth: number): Json[] {
    const items: Json[] = [];
    this.#at++;
    if (this.#take("]")) return items;
    for (;;) {
      items.push(this.value(depth + 1));
      if (this.#take("]")) return items;
      this.#expect(",", '"," or "]"');
    }
  }

  #object(depth: number): JsonObject {
    const members = new Map<string, Json>();
    this.#at++;
    if (this.#take("}")) return members;
    for (;;) {
      this.#match(SPACE);
      const start = this.#at;
      if (this.#text[start] !== '"') this.#fail(`found ${this.#here()}, expected a key in quotes`);
      const key = this.#string();
      if (members.has(key)) this.#fail(`key ${quote(key)} stands there twice`, start);
      this.#expect(":", '":"');
      members.set(key, this.value(depth + 1));
      if (this.#take("}")) return members;
      this.#expect(",", '"," or "}"');
    }
  }

  #number(): number | bigint {
    const start = this.#at;
    NUMBER.lastIndex = start;
    const match = NUMBER.exec(this.#text);
    if (match === null) this.#fail(`found ${this.#here()}, expected a number`);
    const [token, fraction, exponent] = match;
    this.#at += token.length;
    if (/[\w.+-]/.test(this.#text[this.#at] ?? ""))
      this.#fail(`found ${this.#wordAt(start)}, expected a number`, start);
    const value = Number(token);
    if (fraction === undefined && exponent === undefined) {
      if (Number.isSafeInteger(value)) return value;
      if (token.length <= JSON_INTEGER_DIGITS) return BigInt(token);
    }
    if (!Number.isFinite(value)) this.#fail(`${shorten(token)} is outside of what a number can hold`, start);
    return value;
  }

  #word(): null | boolean {
    const start = this.#at;
    const word = this.#match(WORD);
    if (word === "true") return true;
    if (word === "false") return false;
    if (word === "null") return null;
    const quoted = /^[+-]?(NaN|Infinity|nan|inf)$/.test(word) ? `; write "${word}" in quotes` : "";
    this.#at = start;
    return this.#fail(`found ${this.#here()}, expected a value${quoted}`);
  }

  #string(): string {
    const start = this.#at++;
    let out = "";
    for (;;) {
      out += this.#match(PLAIN_STRING);
      const character = this.#text[this.#at];
      if (character === '"') {
        this.#at++;
        return out;
      }
      if (character === undefined) this.#fail("a string is not closed", start);
      if (character === "\\") out += this.#escape();
      else out += this.#special(character);
    }
  }

  #escape(): string {
    const letter = this.#text[this.#at + 1] ?? "";
    const plain = ESCAPES[letter];
    if (plain !== undefined) {
      this.#at += 2;
      return plain;
    }
    const unit = this.#unit(this.#at);
    if (unit === undefined) this.#fail(`found ${quote(`\\${letter}`)}, expected an escape of JSON`);
    if (unit < 0xd800 || unit > 0xdfff) {
      this.#at += 6;
      return String.fromCharCode(unit);
    }
    const low = this.#unit(this.#at + 6);
    if (unit > 0xdbff || low === undefined || low < 0xdc00 || low > 0xdfff) {
      this.#fail(`found half of a surrogate pair (\\u${unit.toString(16)}), expected a whole one`);
    }
    this.#at += 12;
    return String.fromCharCode(unit, low);
  }

  /** The code unit of a \uXXXX at a position. */
  #unit(position: number): number | undefined {
    const digits = this.#text.slice(position + 2, position + 6);
    if (!this.#text.startsWith("\\u", position) || !/^[0-9a-fA-F]{4}$/.test(digits)) return undefined;
    return Number.parseInt(digits, 16);
  }

  /** A control character that JSON allows as itself, from U+007F on. */
  #special(character: string): string {
    if (character < " ") this.#fail("found a control character in a string, expected its escape");
    if (/\p{Cs}/u.test(character)) this.#fail("found half of a surrogate pair, expected a whole one");
    this.#at++;
    return character;
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? "";
    this.#at += found.length;
    return found;
  }

  #take(character: string): boolean {
    this.#match(SPACE);
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #expect(character: string, wanted: string): void {
    if (!this.#take(character)) this.#fail(`found ${this.#here()}, expected ${wanted}`);
  }

  #here(): string {
    return this.#at >= this.#text.length ? "the end" : this.#wordAt(this.#at);
  }

  #wordAt(position: number): string {
    WORD.lastIndex = position;
    return shorten(WORD.exec(this.#text)?.[0] ?? this.#text[position]);
  }

  #fail(message: string, position = this.#at): never {
    throw new JsonError(message, position);
  }
}

/** A token as a message shows it: a word as it stands, anything else in quotes. */
function shorten(token: string): string {
  const shown = /^[\w.+-]+$/.test(token) ? token.slice(0, 40) : quote(token.slice(0, 40));
  return token.length > 40 ? `${shown}...` : shown;
}
