import { JsonError, quote } from "hodu-plugin-sdk";
import { MAX_METADATA, MAX_RANK, MAX_TENSORS } from "./limits.ts";

/** What the header says of one tensor, not checked against anything yet. */
export interface HeaderEntry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  /** First byte of the data, and the one after the last, from the end of the header. */
  readonly begin: number;
  readonly end: number;
  /** Where the name stands in the text. */
  readonly position: number;
}

/** Text to text, as the header has it under "__metadata__". */
export type Metadata = ReadonlyMap<string, string>;

const [QUOTE, BACKSLASH, ZERO, NINE] = [0x22, 0x5c, 0x30, 0x39];
const AFTER_NUMBER = /[\w.+-]/;
const SPACE = /[ \t\n\r]*/y;

/**
 * Reads the text of a header, JSON of one form, tensor by tensor, several times as fast as a reader of any JSON would. Keys that stand twice, fields that the format does not have and numbers that are no plain integers are refused.
 * Throws JsonError.
 */
export class HeaderReader {
  readonly #text: string;
  readonly #names = new Set<string>();
  #at = 0;
  #metadata: Metadata | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** What stands under "__metadata__"; complete when `next` has given undefined. */
  get metadata(): Metadata {
    return this.#metadata ?? new Map();
  }

  /** The next tensor; undefined after the last, when nothing but white space follows. */
  next(): HeaderEntry | undefined {
    while (this.#nextMember(this.#at === 0)) {
      const position = this.#at;
      const name = this.#string("a name");
      if (this.#names.has(name)) this.#fail(`the name ${quote(name)} stands there twice`, position);
      if (this.#names.size === MAX_TENSORS) this.#fail(`found more than ${MAX_TENSORS} tensors`, position);
      this.#names.add(name);
      this.#expect(":");
      if (name !== "__metadata__") return this.#entry(name, position);
      this.#metadata = this.#texts();
    }
    this.#skipSpace();
    if (this.#at < this.#text.length) this.#fail(`found ${this.#here()}, expected the end of the header`);
    return undefined;
  }

  #entry(name: string, position: number): HeaderEntry {
    let dtype: string | undefined;
    let shape: readonly number[] | undefined;
    let offsets: readonly number[] | undefined;
    for (let isFirst = true; this.#nextMember(isFirst); isFirst = false) {
      const at = this.#at;
      const field = this.#string("a field");
      this.#expect(":");
      if (field === "dtype" && dtype === undefined) dtype = this.#string("the name of a dtype");
      else if (field === "shape" && shape === undefined) shape = this.#integers(MAX_RANK);
      else if (field === "data_offsets" && offsets === undefined) offsets = this.#integers(2);
      else this.#fail(`found ${quote(field)}, expected "dtype", "shape" and "data_offsets", each once`, at);
    }
    if (dtype === undefined || shape === undefined || offsets?.length !== 2) {
      return this.#fail('expected "dtype", "shape" and two "data_offsets"', position);
    }
    return { name, dtype, shape, begin: offsets[0], end: offsets[1], position };
  }

  #texts(): Metadata {
    const texts = new Map<string, string>();
    for (let isFirst = true; this.#nextMember(isFirst); isFirst = false) {
      const at = this.#at;
      const key = this.#string("a key of __metadata__");
      if (texts.has(key)) this.#fail(`the key ${quote(key)} stands in __metadata__ twice`, at);
      if (texts.size === MAX_METADATA) this.#fail(`found more than ${MAX_METADATA} keys in __metadata__`, at);
      this.#expect(":");
      texts.set(key, this.#string("a text, as all of __metadata__ is"));
    }
    return texts;
  }

  /** Goes to the next member of an object, its opening brace included; false past its closing one. */
  #nextMember(isFirst: boolean): boolean {
    if (isFirst) this.#expect("{");
    if (this.#take("}")) return false;
    if (!isFirst) this.#expect(",");
    this.#skipSpace();
    return true;
  }

  #integers(most: number): number[] {
    const integers: number[] = [];
    this.#expect("[");
    if (this.#take("]")) return integers;
    for (;;) {
      integers.push(this.#integer());
      if (this.#take("]")) return integers;
      if (integers.length === most) this.#fail(`expected at most ${most} numbers`);
      this.#expect(",");
    }
  }

  #integer(): number {
    this.#skipSpace();
    const start = this.#at;
    let value = 0;
    for (; ; this.#at++) {
      const code = this.#text.charCodeAt(this.#at);
      if (!(code >= ZERO && code <= NINE)) break;
      value = value * 10 + code - ZERO;
    }
    const digits = this.#at - start;
    const hasLeadingZero = digits > 1 && this.#text.charCodeAt(start) === ZERO;
    if (digits === 0 || hasLeadingZero || AFTER_NUMBER.test(this.#text[this.#at] ?? "")) {
      this.#at = start;
      this.#fail(`found ${this.#here()}, expected an integer of at least 0`);
    }
    if (!Number.isSafeInteger(value)) this.#fail("found an integer above 2^53", start);
    return value;
  }

  #string(what: string): string {
    this.#skipSpace();
    const start = this.#at;
    if (this.#text.charCodeAt(start) !== QUOTE) this.#fail(`found ${this.#here()}, expected ${what} in quotes`);
    let hasEscapes = false;
    for (let at = start + 1; at < this.#text.length; at++) {
      const code = this.#text.charCodeAt(at);
      if (code === QUOTE) {
        this.#at = at + 1;
        return hasEscapes ? this.#unescaped(start) : this.#text.slice(start + 1, at);
      }
      if (code < 0x20) this.#fail("found a control character in a string, expected its escape", at);
      if (code !== BACKSLASH) continue;
      hasEscapes = true;
      at++;
    }
    return this.#fail("a string is not closed", start);
  }

  #unescaped(start: number): string {
    let value: string;
    try {
      value = JSON.parse(this.#text.slice(start, this.#at)) as string;
    } catch {
      return this.#fail("found an escape that JSON does not have", start);
    }
    if (/\p{Cs}/u.test(value)) this.#fail("found half of a surrogate pair, expected a whole one", start);
    return value;
  }

  #take(character: string): boolean {
    this.#skipSpace();
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #expect(character: string): void {
    if (!this.#take(character)) this.#fail(`found ${this.#here()}, expected "${character}"`);
  }

  #skipSpace(): void {
    if (this.#text.charCodeAt(this.#at) > 0x20) return;
    SPACE.lastIndex = this.#at;
    SPACE.test(this.#text);
    this.#at = SPACE.lastIndex;
  }

  #here(): string {
    return this.#at >= this.#text.length ? "the end" : quote(this.#text.slice(this.#at, this.#at + 20));
  }

  #fail(message: string, position = this.#at): never {
    throw new JsonError(message, position);
  }
}
