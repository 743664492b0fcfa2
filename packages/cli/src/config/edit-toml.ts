import { isDeepStrictEqual } from "node:util";
import type { TomlTable } from "./check-config.ts";
import { scanToml, type TomlEntry, type TomlHeader, type TomlPlaces } from "./scan-toml.ts";
import { tomlName } from "./toml-literal.ts";

/** What reads a TOML text; it throws where the text is none. */
export type TomlReader = (text: string) => TomlTable;

/**
 * The text with a value at a path: in place of the old one, else on a line of its own in its table. All else stays as it is.
 * Undefined where no edit of one place gives exactly that.
 */
export function setInToml(
  text: string,
  path: readonly string[],
  literal: string,
  read: TomlReader,
): string | undefined {
  const value = read(`x = ${literal}`).x;
  const wanted = withValue(read(text), path, value);
  return firstThatGives(wanted, insertions(text, path, literal), read);
}

/** The text without the value or table at a path. Undefined where no edit of one place gives exactly that. */
export function unsetInToml(text: string, path: readonly string[], read: TomlReader): string | undefined {
  return firstThatGives(withoutValue(read(text), path), removals(text, path), read);
}

function firstThatGives(wanted: TomlTable, edits: Iterable<string>, read: TomlReader): string | undefined {
  for (const edit of edits) {
    try {
      if (isDeepStrictEqual(pruned(read(edit)), pruned(wanted))) return edit;
    } catch {
      // An edit that TOML does not allow here.
    }
  }
  return undefined;
}

/** Places where a value may go, the best first. */
function* insertions(text: string, path: readonly string[], literal: string): Generator<string> {
  const places = scanToml(text);
  const old = places.entries.find((entry) => isSame(entry.path, path));
  if (old !== undefined) yield splice(text, old.valueStart, old.valueEnd, literal);
  const table = path.slice(0, -1);
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  const line = (names: readonly string[]): string => `${names.map(tomlName).join(".")} = ${literal}`;
  const own = path.slice(-1);
  const header = places.headers.find((found) => isSame(found.path, table));
  if (header !== undefined || table.length === 0) {
    yield insertLine(text, endOfTable(text, places, header), line(own), newline);
  }
  const inline = places.entries.find((entry) => isSame(entry.path, table));
  if (inline !== undefined) {
    yield splice(text, inline.valueStart + 1, inline.valueStart + 1, ` ${line(own)} `);
    yield splice(text, inline.valueStart + 1, inline.valueStart + 1, ` ${line(own)},`);
  }
  const sibling = places.entries.findLast((entry) => !entry.isInline && startsWith(entry.path, table));
  if (sibling !== undefined) yield insertLine(text, lineEnd(text, sibling.valueEnd), line(path), newline);
  const body = text === "" || text.endsWith("\n") ? text : text + newline;
  yield `${body}${body === "" ? "" : newline}[${table.map(tomlName).join(".")}]${newline}${line(own)}${newline}`;
}

/** Edits that take away a key with its line, or with its comma in an inline table. */
function* removals(text: string, path: readonly string[]): Generator<string> {
  const places = scanToml(text);
  for (const entry of places.entries.filter((found) => startsWith(found.path, path))) {
    if (!entry.isInline) {
      const lineStart = text.lastIndexOf("\n", entry.start - 1) + 1;
      yield splice(text, lineStart, lineEnd(text, entry.valueEnd), "");
    }
    const after = /^\s*,[ \t]*/.exec(text.slice(entry.valueEnd))?.[0].length;
    if (after !== undefined) yield splice(text, entry.start, entry.valueEnd + after, "");
    const before = /,\s*$/.exec(text.slice(0, entry.start))?.[0].length ?? 0;
    yield splice(text, entry.start - before, entry.valueEnd, "");
  }
  for (const header of places.headers.filter((found) => startsWith(found.path, path))) {
    const next = places.headers.find((other) => other.end > header.end);
    const start = text.lastIndexOf("\n", header.end - 1) + 1;
    yield splice(text, start, next === undefined ? text.length : text.lastIndexOf("\n", next.end - 1) + 1, "");
  }
}

/** After the last key of a table (the root's: before all headers), or after its header. */
function endOfTable(text: string, { entries, headers }: TomlPlaces, header: TomlHeader | undefined): number {
  const start = header?.end ?? 0;
  const next = headers.find((other) => other.end > start)?.end ?? text.length;
  const last = entries.findLast((entry: TomlEntry) => !entry.isInline && entry.start >= start && entry.start < next);
  if (last !== undefined) return lineEnd(text, last.valueEnd);
  return header === undefined ? 0 : lineEnd(text, start);
}

/** The start of the next line. */
function lineEnd(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end + 1;
}

function insertLine(text: string, at: number, line: string, newline: string): string {
  const isOpen = at > 0 && text[at - 1] !== "\n";
  return splice(text, at, at, `${isOpen ? newline : ""}${line}${newline}`);
}

function splice(text: string, start: number, end: number, middle: string): string {
  return text.slice(0, start) + middle + text.slice(end);
}

function startsWith(path: readonly string[], start: readonly string[]): boolean {
  return path.length >= start.length && start.every((name, i) => path[i] === name);
}

function isSame(path: readonly string[], other: readonly string[]): boolean {
  return path.length === other.length && startsWith(path, other);
}

function withValue(table: TomlTable, [name, ...rest]: readonly string[], value: unknown): TomlTable {
  const below = table[name];
  return { ...table, [name]: rest.length === 0 ? value : withValue(isTable(below) ? below : {}, rest, value) };
}

function withoutValue(table: TomlTable, [name, ...rest]: readonly string[]): TomlTable {
  const { [name]: below, ...others } = table;
  if (rest.length === 0) return others;
  return isTable(below) ? { ...others, [name]: withoutValue(below, rest) } : table;
}

/** Without empty tables, which say nothing; plain objects throughout. */
function pruned(table: TomlTable): TomlTable {
  const entries = Object.entries(table).map(([name, value]) => [name, isTable(value) ? pruned(value) : value] as const);
  return Object.fromEntries(entries.filter(([, value]) => !isTable(value) || Object.keys(value).length > 0));
}

function isTable(value: unknown): value is TomlTable {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
