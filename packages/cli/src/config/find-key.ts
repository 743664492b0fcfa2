import { closestName, HoduError, quote } from "@hodu/core";
import { definitionOf, KEY_NAMES, type KeyName } from "./keys.ts";
import type { EntryRules } from "./kinds.ts";

/** A setting, or one entry of a table such as `formats`. */
export interface KeyPlace {
  readonly name: KeyName;
  readonly entry: { readonly name: string; readonly rules: EntryRules } | undefined;
}

/** The setting that was typed: `runtime.max_memory`, `formats.npy`, `formats.".npy"`. Throws BAD_USAGE, with what was probably meant. */
export function findKey(text: string): KeyPlace {
  const exact = KEY_NAMES.find((name) => name === text.toLowerCase());
  if (exact !== undefined) return { name: exact, entry: undefined };
  for (const name of KEY_NAMES) {
    const { entries } = definitionOf(name).kind;
    if (entries !== undefined && text.startsWith(`${name}.`)) {
      return { name, entry: { name: entryName(name, text.slice(name.length + 1), entries), rules: entries } };
    }
  }
  const near = closestName(text, KEY_NAMES) ?? KEY_NAMES.find((name) => name.split(".").at(-1) === text);
  throw new HoduError("BAD_USAGE", `Cannot find the setting ${quote(text)}: there is none of that name`, {
    hint: near === undefined ? "hodu config list" : `did you mean ${near} ?`,
  });
}

/** The names of a path as it was typed, with or without quotes. */
export function splitPath(text: string): readonly string[] {
  return (text.match(/"[^"]*"|'[^']*'|[^."']+/g) ?? []).map(unquoted);
}

/** An entry's name as files are compared with it: `.npy` for `NPY`. */
function entryName(table: KeyName, text: string, rules: EntryRules): string {
  const reading = rules.name(unquoted(text));
  if ("value" in reading) return reading.value;
  throw new HoduError("BAD_USAGE", `Cannot use ${quote(text)} in ${table}: expected ${reading.problems[0].expected}`, {
    hint: `hodu config get ${table}`,
  });
}

function unquoted(name: string): string {
  return name.replace(/^(["'])(.*)\1$/s, "$2");
}
