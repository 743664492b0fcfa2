import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { HoduError, quote } from "@hodu/core";
import { shellWord, writeFileSafely } from "@hodu/engine/node";
import { parseToml, readConfigFile } from "./config-file.ts";
import { setInToml, unsetInToml } from "./edit-toml.ts";
import { findKey, type KeyPlace, splitPath } from "./find-key.ts";
import { definitionOf } from "./keys.ts";
import type { Reading } from "./kinds.ts";
import { readConfigText } from "./read-config-text.ts";
import { tomlName } from "./toml-literal.ts";

/** Sets a setting in the file and leaves the rest of it as it is. Throws BAD_USAGE (the value), CONFIG (the file), CANNOT_CREATE, IO. */
export async function setInFile(path: string, place: KeyPlace, text: string): Promise<void> {
  const literal = literalOf(place, text);
  const before = readConfigText(path) ?? "";
  const names = pathIn(before, path, place);
  const after = setInToml(before, names, literal, (toml) => parseToml(path, toml));
  if (after === undefined) throw cannotEdit(path, `${names.map(tomlName).join(".")} = ${literal}`);
  readConfigFile(path, after);
  await write(path, after);
}

/** Takes a setting, a table or an unknown key out of the file. Throws BAD_USAGE when it is not there; CONFIG, CANNOT_CREATE, IO. */
export async function unsetInFile(path: string, key: string): Promise<void> {
  const before = readConfigText(path) ?? "";
  const names = pathOf(before, path, key);
  if (!has(parseToml(path, before), names)) {
    throw new HoduError("BAD_USAGE", `Cannot unset ${quote(key)}: it is not in ${quote(path)}`, {
      hint: "hodu config list",
    });
  }
  const after = unsetInToml(before, names, (toml) => parseToml(path, toml));
  if (after === undefined) throw cannotEdit(path, `without ${key}`);
  await write(path, after);
}

function literalOf({ name, entry }: KeyPlace, text: string): string {
  const kind = entry?.rules.value ?? definitionOf(name).kind;
  const reading: Reading<never> = kind.parse(text) as Reading<never>;
  if ("value" in reading) return kind.literal(reading.value);
  const key = entry === undefined ? name : `${name}.${tomlName(entry.name)}`;
  throw new HoduError("BAD_USAGE", `Cannot set ${key} to ${quote(text)}: expected ${reading.problems[0].expected}`, {
    hint: `hodu config set ${key} ${shellWord(kind.example)}`,
  });
}

/** The path of what was typed: of a setting, with an entry as the file spells it; else as it is. */
function pathOf(text: string, path: string, key: string): readonly string[] {
  const names = splitPath(key);
  if (has(parseToml(path, text), names)) return names;
  return pathIn(text, path, findKey(key));
}

function pathIn(text: string, path: string, { name, entry }: KeyPlace): readonly string[] {
  const table = name.split(".");
  if (entry === undefined) return table;
  if (entry.rules.path !== undefined) return [...table, ...entry.rules.path(entry.name)];
  const spelled = namesAt(parseToml(path, text), table).find((other) => {
    const reading = entry.rules.name(other);
    return "value" in reading && reading.value === entry.name;
  });
  return [...table, spelled ?? entry.name];
}

function has(value: unknown, [name, ...rest]: readonly string[]): boolean {
  if (name === undefined) return true;
  return typeof value === "object" && value !== null && Object.hasOwn(value, name) && has(at(value, name), rest);
}

function namesAt(value: unknown, [name, ...rest]: readonly string[]): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  return name === undefined ? Object.keys(value) : namesAt(at(value, name), rest);
}

const at = (table: object, name: string): unknown => Object.entries(table).find(([other]) => other === name)?.[1];

async function write(path: string, text: string): Promise<void> {
  // Only its owner reads what may hold the password of a proxy.
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  await writeFileSafely(path, {}, (sink) => sink.write(new TextEncoder().encode(text)));
}

function cannotEdit(path: string, wanted: string): HoduError {
  return new HoduError("CONFIG", `Cannot edit the configuration ${quote(path)}: found no place for the change`, {
    hint: `\${EDITOR:-vi} ${path} (to have ${wanted})`,
    where: { file: path },
  });
}
