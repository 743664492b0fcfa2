import { MAX_PATH_NAMES } from "./limits.ts";

/** A key with its value in a TOML text, also inside an inline table. Offsets count UTF-16 units. */
export interface TomlEntry {
  /** From the root; of a longer one the first names only. */
  readonly path: readonly string[];
  readonly line: number;
  readonly start: number;
  readonly valueStart: number;
  readonly valueEnd: number;
  readonly isInline: boolean;
}

/** A line `[path]` or `[[path]]`. */
export interface TomlHeader {
  readonly path: readonly string[];
  readonly line: number;
  readonly end: number;
}

/** Where things stand in a TOML text. */
export interface TomlPlaces {
  readonly entries: readonly TomlEntry[];
  readonly headers: readonly TomlHeader[];
}

/** An array or an inline table that is open, and in a table the entry that is being read. */
interface Open {
  readonly close: "]" | "}";
  readonly path: readonly string[];
  entry: Omit<TomlEntry, "valueEnd"> | undefined;
}

/** Finds the keys and headers of a text that a TOML reader has accepted; of another text it finds anything, but ends. TOML 1.0 and 1.1. */
export function scanToml(text: string): TomlPlaces {
  const scanner = new Scanner(text);
  return scanner.scan();
}

/** A place in the text that only moves on. */
class Scanner {
  readonly #text: string;
  readonly #entries: TomlEntry[] = [];
  readonly #headers: TomlHeader[] = [];
  #at = 0;
  #line = 1;
  #counted = 0;

  constructor(text: string) {
    this.#text = text;
  }

  scan(): TomlPlaces {
    let table: readonly string[] = [];
    for (this.#skipBlank(); this.#at < this.#text.length; this.#skipBlank()) {
      const start = this.#at;
      if (this.#text[start] === "[") {
        this.#take(/\[{1,2}[ \t]*/y);
        table = this.#key([]);
        this.#take(/[ \t]*\]{1,2}/y);
        this.#headers.push({ path: table, line: this.#lineAt(start), end: this.#at });
      } else this.#value(this.#entry(table, false));
      // What is no key at all: a text that was not accepted.
      if (this.#at === start) this.#at += 1;
    }
    return { entries: this.#entries, headers: this.#headers };
  }

  #entry(table: readonly string[], isInline: boolean): Open["entry"] & {} {
    const start = this.#at;
    const path = this.#key(table);
    this.#take(/[ \t]*=[ \t]*/y);
    return { path, line: this.#lineAt(start), start, valueStart: this.#at, isInline };
  }

  /** Reads past a value and records the entries in it; without recursion, as the nesting is the writer's. */
  #value(first: Open["entry"] & {}): void {
    const open: Open[] = [{ close: "]", path: first.path, entry: first }];
    for (let before = -1; this.#at > before; ) {
      before = this.#at;
      this.#openValue(open);
      this.#closeValues(open);
      if (open.length === 1) return;
      const inner = open[open.length - 1];
      if (inner.close === "}") inner.entry = this.#entry(inner.path, true);
    }
  }

  /** At the start of a value: opens what it opens, or reads past it. */
  #openValue(open: Open[]): void {
    this.#skipBlank();
    const path = open[open.length - 1].entry?.path ?? open[open.length - 1].path;
    const letter = this.#text[this.#at];
    if (letter === "[" || letter === "{") {
      this.#at += 1;
      open.push({ close: letter === "[" ? "]" : "}", path, entry: undefined });
      return;
    }
    if (letter === '"' || letter === "'") this.#string(letter);
    else this.#take(/[^,#\]}\s]+(?:[ \t]+[^,#\]}\s]+)*/y);
    this.#end(open[open.length - 1]);
  }

  /** After a value, or what opened one: closes all that ends here. The last one stands for the line itself. */
  #closeValues(open: Open[]): void {
    while (open.length > 1) {
      this.#skipBlank();
      const letter = this.#text[this.#at];
      if (letter === ",") this.#at += 1;
      else if (letter === open[open.length - 1].close) {
        this.#at += 1;
        open.pop();
        this.#end(open[open.length - 1]);
      } else return;
    }
  }

  #end(outer: Open): void {
    if (outer.entry === undefined) return;
    this.#entries.push({ ...outer.entry, valueEnd: this.#at });
    outer.entry = undefined;
  }

  #key(table: readonly string[]): readonly string[] {
    const path = [...table];
    do {
      const start = this.#at;
      const letter = this.#text[start];
      if (letter === '"' || letter === "'") this.#string(letter);
      else this.#take(/[A-Za-z0-9_-]+/y);
      if (path.length < MAX_PATH_NAMES) path.push(plainName(this.#text.slice(start, this.#at)));
    } while (this.#take(/[ \t]*\.[ \t]*/y));
    return path;
  }

  /** Past a string of any of the four kinds. */
  #string(mark: '"' | "'"): void {
    const close = this.#text.startsWith(mark.repeat(3), this.#at) ? mark.repeat(3) : mark;
    let end = this.#at + close.length;
    while (end < this.#text.length && !this.#text.startsWith(close, end)) {
      end += mark === '"' && this.#text[end] === "\\" ? 2 : 1;
    }
    end += close.length;
    // A text of several lines may end with quotes of its own.
    for (let extra = 0; close.length === 3 && extra < 2 && this.#text[end] === mark; extra++) end += 1;
    this.#at = Math.min(end, this.#text.length);
  }

  #skipBlank(): void {
    while (this.#take(/[ \t\r\n\ufeff]+|#[^\n]*/y));
  }

  #take(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found !== null) this.#at += found[0].length;
    return found !== null && found[0] !== "";
  }

  /** Asked in rising order, so that each line is counted once. */
  #lineAt(offset: number): number {
    for (; this.#counted < offset; this.#counted++) if (this.#text[this.#counted] === "\n") this.#line += 1;
    return this.#line;
  }
}

/** A name without its quotes. */
function plainName(name: string): string {
  if (name.startsWith("'")) return name.slice(1, -1);
  if (!name.startsWith('"')) return name;
  try {
    return String(JSON.parse(name));
  } catch {
    // Escapes that only TOML has stand in no name of ours.
    return name.slice(1, -1);
  }
}
