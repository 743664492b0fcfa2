import { formatNames } from "./name-list.ts";
import { tomlLiteral, type TomlValue } from "./toml-literal.ts";

/** What is wrong with a value, or in a table with an entry: with its value, or (`found`) with its name. */
export interface Problem {
  readonly expected: string;
  readonly entry?: string;
  readonly found?: string;
}

/** What became of a value. */
export type Reading<Value> = { readonly value: Value } | { readonly problems: readonly [Problem, ...Problem[]] };

/** What the value of a setting may be, as TOML and as text (of a variable, an option, or `hodu config set`). */
export interface Kind<Value> {
  /** As people are told: `a whole number from 0 to 3`. */
  readonly expected: string;
  /** Text that it reads. */
  readonly example: string;
  /** Of a table with names that the user chooses. */
  readonly entries?: EntryRules;
  /** From a value that a TOML reader gave. */
  read(toml: unknown): Reading<Value>;
  parse(text: string): Reading<Value>;
  /** Text that `parse` reads back. */
  format(value: Value): string;
  /** The value as it is written in the file. */
  literal(value: Value): string;
}

/** How the entries of a table of settings are read. */
export interface EntryRules {
  /** As messages say it: `a table of extensions and plugin names`. */
  readonly expected: string;
  /** As text: `.npy=my-npy`. */
  readonly example: string;
  readonly value: Kind<string>;
  /** The name as it is compared, or what was expected of it. */
  name(name: string): Reading<string>;
  /** The path of an entry below its table, where that is not its name. */
  readonly path?: (name: string) => readonly string[];
}

const TRUE: readonly string[] = ["true", "yes", "on", "1"];
const FALSE: readonly string[] = ["false", "no", "off", "0"];

/** true or false; as text also yes and no, on and off, 1 and 0. */
export const yesOrNo: Kind<boolean> = makeKind("true or false", "true", {
  fromToml: (toml) => (typeof toml === "boolean" ? toml : undefined),
  fromText: (text) =>
    TRUE.includes(text.toLowerCase()) ? true : FALSE.includes(text.toLowerCase()) ? false : undefined,
});

/** Text that `accepts` takes; not empty. */
export function text(expected: string, example: string, accepts: (text: string) => boolean = () => true): Kind<string> {
  const check = (value: string): string | undefined => (value !== "" && accepts(value) ? value : undefined);
  return makeKind(expected, example, {
    fromToml: (toml) => (typeof toml === "string" ? check(toml) : undefined),
    fromText: check,
  });
}

/** One of some words, in any case. */
export function oneOf<const Word extends string>(words: readonly Word[]): Kind<Word> {
  const find = (value: string): Word | undefined => words.find((word) => word === value.trim().toLowerCase());
  return makeKind(formatNames(words, "or"), words[0], {
    fromToml: (toml) => (typeof toml === "string" ? find(toml) : undefined),
    fromText: find,
  });
}

/** A number of `from` or more, and `to` or less; `what` says the unit: `MB`. */
export function number(bounds: {
  readonly from: number;
  readonly to?: number;
  readonly whole: boolean;
  readonly what?: string;
  readonly example: number;
}): Kind<number> {
  const { from, to = Number.MAX_VALUE, whole, what, example } = bounds;
  const unit = what === undefined ? "" : ` of ${what}`;
  const range = bounds.to === undefined ? `, ${from} or more` : ` from ${from} to ${to}`;
  const check = (value: number): number | undefined =>
    value >= from && value <= to && (!whole || Number.isInteger(value)) ? value : undefined;
  return makeKind(`a ${whole ? "whole " : ""}number${unit}${range}`, String(example), {
    fromToml: (toml) => (typeof toml === "number" ? check(toml) : undefined),
    fromText: (value) => (/^\d+(?:\.\d+)?$/.test(value.trim()) ? check(Number(value)) : undefined),
    suchAs: String(example),
  });
}

const UNITS: Readonly<Record<string, number>> = { "": 1000, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** A time in milliseconds: a number of seconds, or text with ms, s, m or h. */
export const duration: Kind<number> = (() => {
  const parse = (value: string): number | undefined => {
    const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(value.trim());
    return match !== null && Number(match[1]) > 0 ? Number(match[1]) * UNITS[match[2] ?? ""] : undefined;
  };
  const format = (milliseconds: number): string =>
    milliseconds % 1000 === 0 ? String(milliseconds / 1000) : `${milliseconds}ms`;
  return {
    ...makeKind<number>("seconds, or a number with ms, s, m or h", "30", {
      fromToml: (toml) => (typeof toml === "string" || typeof toml === "number" ? parse(String(toml)) : undefined),
      fromText: parse,
    }),
    format,
    literal: (milliseconds) => (milliseconds % 1000 === 0 ? format(milliseconds) : tomlLiteral(format(milliseconds))),
  };
})();

/** A list of names; as text with commas between them. */
export function names(what: string, example: string): Kind<readonly string[]> {
  const accept = (list: readonly unknown[]): readonly string[] | undefined =>
    list.every((name): name is string => typeof name === "string" && name !== "" && !name.includes(","))
      ? list
      : undefined;
  return makeKind(`a list of ${what}`, example, {
    suchAs: JSON.stringify(example.split(",")).replaceAll(",", ", "),
    fromToml: (toml) => (Array.isArray(toml) ? accept(toml) : undefined),
    fromText: (list) =>
      accept(
        list
          .split(",")
          .map((name) => name.trim())
          .filter((name) => name !== ""),
      ),
  });
}

interface Readers<Value> {
  readonly fromToml: (toml: unknown) => Value | undefined;
  readonly fromText: (text: string) => Value | undefined;
  /** An example as TOML, where the rule alone does not tell how it is written. */
  readonly suchAs?: string;
}

function makeKind<Value extends TomlValue>(
  expected: string,
  example: string,
  { fromToml, fromText, suchAs }: Readers<Value>,
): Kind<Value> {
  const reading = (value: Value | undefined, sample: string | undefined): Reading<Value> =>
    value === undefined
      ? { problems: [{ expected: sample === undefined ? expected : `${expected}, such as ${sample}` }] }
      : { value };
  return {
    expected,
    example,
    read: (toml) => reading(fromToml(toml), suchAs),
    parse: (value) => reading(fromText(value), suchAs === undefined ? undefined : example),
    format: String,
    literal: tomlLiteral,
  };
}
