import { closestName, quote } from "@hodu/core";
import type { Problem } from "./kinds.ts";
import { KEY_NAMES, type KeyName, definitionOf } from "./keys.ts";
import { maskSecrets } from "./mask-secrets.ts";
import { formatNames } from "./name-list.ts";

/** A table as a TOML reader gives it. */
export type TomlTable = Readonly<Record<string, unknown>>;

/** Something that is wrong with a file, and the path of the key that it is about. */
export interface Finding {
  readonly path: readonly string[];
  readonly describe: () => string;
}

export interface CheckedConfig {
  readonly values: ReadonlyMap<KeyName, unknown>;
  readonly findings: readonly Finding[];
}

/** Holds a file's content against the settings that there are. Never deeper than those, whatever the file's nesting. */
export function checkConfig(root: TomlTable): CheckedConfig {
  const values = new Map<KeyName, unknown>();
  const findings: Finding[] = [];
  const visit = (table: TomlTable, above: readonly string[]): void => {
    for (const [name, value] of Object.entries(table)) {
      const path = [...above, name];
      const known = keyNamed(path);
      if (known !== undefined) {
        const { own, settings } = splitTable(value, path);
        const reading = definitionOf(known).kind.read(own);
        if ("value" in reading) values.set(known, reading.value);
        else findings.push(...reading.problems.map((problem) => wrongValue(path, value, problem)));
        visit(settings, path);
      } else if (keysBelow(path).length === 0) findings.push(unknownKey(path));
      else if (isTable(value)) visit(value, path);
      else findings.push(wrongValue(path, value, { expected: `a table with ${formatNames(namesBelow(path), "and")}` }));
    }
  };
  visit(root, []);
  return { values, findings };
}

/** A table of names that the user chooses, and the settings that stand in it beside them: `auto_install` in `[plugins]`. */
function splitTable(value: unknown, path: readonly string[]): { readonly own: unknown; readonly settings: TomlTable } {
  if (!isTable(value) || keysBelow(path).length === 0) return { own: value, settings: {} };
  const isSetting = ([name]: readonly [string, unknown]): boolean => namesBelow(path).includes(name);
  const entries = Object.entries(value);
  return {
    own: Object.fromEntries(entries.filter((entry) => !isSetting(entry))),
    settings: Object.fromEntries(entries.filter(isSetting)),
  };
}

/** The setting that has this path. A name with a dot is no path. */
function keyNamed(path: readonly string[]): KeyName | undefined {
  const joined = path.join(".");
  return path.some((name) => name.includes(".")) ? undefined : KEY_NAMES.find((name) => name === joined);
}

function keysBelow(path: readonly string[]): readonly KeyName[] {
  const start = path.map((name) => `${name}.`).join("");
  return path.some((name) => name.includes(".")) ? [] : KEY_NAMES.filter((name) => name.startsWith(start));
}

/** Names that may stand in a table. */
function namesBelow(path: readonly string[]): string[] {
  return [...new Set(keysBelow(path).map((name) => name.split(".")[path.length]))];
}

function unknownKey(path: readonly string[]): Finding {
  return {
    path,
    describe: () => {
      const allowed = namesBelow(path.slice(0, -1));
      const near = closestName(path[path.length - 1], allowed);
      const meant = near === undefined ? elsewhere(path) : [...path.slice(0, -1), near].join(".");
      const place = path.length === 1 ? "the file" : `[${path.slice(0, -1).join(".")}]`;
      const expected =
        meant === undefined ? `${place} may have ${formatNames(allowed, "and")}` : `did you mean ${quote(meant)}?`;
      return `${quote(maskSecrets(path.join(".")))} is not a setting; ${expected}`;
    },
  };
}

/** A setting of that name in another table. */
function elsewhere(path: readonly string[]): string | undefined {
  const own = path[path.length - 1].toLowerCase();
  return KEY_NAMES.find((name) => name.split(".").at(-1) === own);
}

function wrongValue(path: readonly string[], value: unknown, { expected, entry, found }: Problem): Finding {
  const setting = quote(path.join("."));
  if (entry === undefined) return { path, describe: () => `${setting} has ${showValue(value)}, expected ${expected}` };
  const name = quote(maskSecrets(entry));
  const entryValue = isTable(value) ? showValue(value[entry]) : "";
  const what = found === undefined ? `${name} = ${entryValue}` : `${name} ${found}`.trimEnd();
  return { path: [...path, entry], describe: () => `${setting} has ${what}, expected ${expected}` };
}

/** A value for a message: texts quoted, without secrets. */
function showValue(value: unknown): string {
  if (typeof value === "string") return quote(maskSecrets(value));
  if (Array.isArray(value)) return "an array";
  if (value instanceof Date) return "a date";
  return isTable(value) ? "a table" : String(value);
}

function isTable(value: unknown): value is TomlTable {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
