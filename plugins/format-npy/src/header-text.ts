import { quote } from "hodu-plugin-sdk";
import { MAX_RANK } from "./limits.ts";

/** What a .npy header says. */
export interface HeaderFields {
  /** The dtype as NumPy writes it; undefined for a structured one, which is a list. */
  readonly descr: string | undefined;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
}

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

/** Digits of the largest safe integer. */
const MAX_DIGITS = 16;

/**
 * Reads the text of a header: a Python dict literal of exactly the keys descr, fortran_order and shape, and white space.
 * Nothing else of Python is known, and nothing nests. Throws HeaderTextError.
 */
export function readHeaderText(text: string): HeaderFields {
  return new HeaderText(text).fields();
}

class HeaderText {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  fields(): HeaderFields {
    const found = new Map<string, HeaderFields[keyof HeaderFields]>();
    this.#expect("{");
    while (!this.#take("}")) {
      if (found.size > 0) this.#expect(",");
      if (found.size > 0 && this.#take("}")) break;
      const at = this.#at;
      const key = this.#string();
      if (found.has(key)) throw new HeaderTextError(at, `the key ${quote(key)} twice`, "it once");
      this.#expect(":");
      found.set(key, this.#value(key, at));
    }
    if (this.#peek() !== "") throw this.#wrong("the end of the header");
    for (const key of ["descr", "fortran_order", "shape"]) {
      if (!found.has(key)) throw new HeaderTextError(0, `no key ${quote(key)}`, "descr, fortran_order and shape");
    }
    return {
      descr: found.get("descr") as HeaderFields["descr"],
      fortranOrder: found.get("fortran_order") as boolean,
      shape: found.get("shape") as readonly number[],
    };
  }

  #value(key: string, at: number): HeaderFields[keyof HeaderFields] {
    if (key === "descr") return this.#descr();
    if (key === "fortran_order") return this.#boolean();
    if (key === "shape") return this.#shape();
    throw new HeaderTextError(at, `the key ${quote(key)}`, "descr, fortran_order and shape");
  }

  #descr(): string | undefined {
    const next = this.#peek();
    if (next === "'" || next === '"') return this.#string();
    if (next !== "[" && next !== "(") throw this.#wrong("a dtype in quotes");
    this.#skipBrackets();
    return undefined;
  }

  #boolean(): boolean {
    const found = this.#match(/True|False/y);
    if (found === undefined) throw this.#wrong("True or False");
    return found === "True";
  }

  #shape(): number[] {
    const dims: number[] = [];
    this.#expect("(");
    while (!this.#take(")")) {
      if (dims.length > 0) this.#expect(",");
      if (dims.length > 0 && this.#take(")")) return dims;
      if (dims.length === MAX_RANK) throw this.#wrong(`at most ${MAX_RANK} dims`);
      dims.push(this.#dim());
      // (3) is a number in Python, (3,) a tuple
      if (dims.length === 1 && this.#peek() !== ",") throw this.#wrong('","');
    }
    return dims;
  }

  #dim(): number {
    this.#peek();
    const start = this.#at;
    // Python 2 wrote some integers as 3L
    const digits = this.#skip(/\d+(?=L?[,)\s])/y);
    if (digits === undefined) throw this.#wrong("a dim: an integer of 0 or more");
    this.#skip(/L/y);
    const dim = Number(digits);
    if (digits.length > MAX_DIGITS || !Number.isSafeInteger(dim)) {
      throw new HeaderTextError(start, `a dim of ${quote(digits)}`, "less than 2^53");
    }
    return dim;
  }

  #string(): string {
    const found = this.#match(/'[^'\\\n]*'|"[^"\\\n]*"/y);
    if (found === undefined) throw this.#wrong("text in quotes");
    return found.slice(1, -1);
  }

  /** Passes over a list or tuple to the bracket that closes it. */
  #skipBrackets(): void {
    let depth = 0;
    do {
      const token = this.#match(/[[(]|[\])]|'[^'\\\n]*'|"[^"\\\n]*"|[\w,\s]+/y);
      if (token === undefined) throw this.#wrong('"]"');
      if (token === "[" || token === "(") depth++;
      if (token === "]" || token === ")") depth--;
    } while (depth > 0);
  }

  /** The next character that is no white space, and "" at the end. */
  #peek(): string {
    this.#skip(/[ \t\r\n]*/y);
    return this.#text.charAt(this.#at);
  }

  #take(character: string): boolean {
    if (this.#peek() !== character) return false;
    this.#at++;
    return true;
  }

  #expect(character: string): void {
    if (!this.#take(character)) throw this.#wrong(quote(character));
  }

  /** What matches after white space. */
  #match(pattern: RegExp): string | undefined {
    this.#peek();
    return this.#skip(pattern);
  }

  #skip(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  #wrong(expected: string): HeaderTextError {
    const rest = this.#text.slice(this.#at, this.#at + 24);
    return new HeaderTextError(this.#at, rest === "" ? "the end of the header" : quote(rest), expected);
  }
}
