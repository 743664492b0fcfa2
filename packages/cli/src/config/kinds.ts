import { formatNames } from "./name-list.ts";

/** What became of a value: what it is, or what was expected instead of it (in a table: of the entry). */
export type Reading<Value> =
  | { readonly value: Value }
  | { readonly expected: string; readonly entry?: string; readonly found?: string };

/** What the value of a setting may be, as TOML and as text (of a variable, an option, or `hodu config set`). */
export interface Kind<Value> {
  /** As messages say it: `a whole number from 0 to 3`. */
  readonly expected: string;
  /** Text that it reads. */
  readonly example: string;
  /** From a value that a TOML reader gave. */
  read(toml: unknown): Reading<Value>;
  parse(text: string): Reading<Value>;
  /** Text that `parse` reads back. */
  format(value: Value): string;
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

/** A number within bounds, both included; `what` says the unit: `MB`. */
export function number(bounds: {
  readonly from: number;
  readonly to: number;
  readonly whole: boolean;
  readonly what?: string;
  readonly example: number;
}): Kind<number> {
  const { from, to, whole, what, example } = bounds;
  const unit = what === undefined ? "" : ` of ${what}`;
  const expected = `a ${whole ? "whole " : ""}number${unit} from ${from} to ${to}, such as ${example}`;
  const check = (value: number): number | undefined =>
    value >= from && value <= to && (!whole || Number.isInteger(value)) ? value : undefined;
  return makeKind(expected, String(example), {
    fromToml: (toml) => (typeof toml === "number" ? check(toml) : undefined),
    fromText: (value) => (/^\d+(?:\.\d+)?$/.test(value.trim()) ? check(Number(value)) : undefined),
  });
}

const UNITS: Readonly<Record<string, number>> = { "": 1000, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** A time in milliseconds: a number of seconds, or text with ms, s, m or h. */
export const duration: Kind<number> = (() => {
  const parse = (value: string): number | undefined => {
    const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(value.trim());
    return match !== null && Number(match[1]) > 0 ? Number(match[1]) * UNITS[match[2] ?? ""] : undefined;
  };
  return {
    ...makeKind<number>("seconds, or a number with ms, s, m or h", "30", {
      fromToml: (toml) => (typeof toml === "string" || typeof toml === "number" ? parse(String(toml)) : undefined),
      fromText: parse,
    }),
    format: (milliseconds) => (milliseconds % 1000 === 0 ? String(milliseconds / 1000) : `${milliseconds}ms`),
  };
})();

/** A list of names; as text with commas between them. */
export function names(what: string, example: string): Kind<readonly string[]> {
  const accept = (list: readonly unknown[]): readonly string[] | undefined =>
    list.every((name): name is string => typeof name === "string" && name !== "" && !name.includes(","))
      ? list
      : undefined;
  return makeKind(`a list of ${what}, such as ${example}`, example, {
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

function makeKind<Value>(
  expected: string,
  example: string,
  from: { fromToml(toml: unknown): Value | undefined; fromText(text: string): Value | undefined },
): Kind<Value> {
  const reading = (value: Value | undefined): Reading<Value> => (value === undefined ? { expected } : { value });
  return {
    expected,
    example,
    read: (toml) => reading(from.fromToml(toml)),
    parse: (value) => reading(from.fromText(value)),
    format: String,
  };
}
