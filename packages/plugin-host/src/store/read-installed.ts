import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { HoduError, quote } from "@hodu/core";
import { errnoOf } from "hodu-plugin-sdk/node";
import { checkEntry, membersOf } from "./check-entry.ts";
import { indexError } from "./index-error.ts";
import { INDEX_SCHEMA, type InstalledPlugin, type InstalledPlugins } from "./installed-plugin.ts";
import { MAX_INDEX_BYTES, MAX_PLUGINS } from "./limits.ts";
import { indexFile } from "./plugin-store.ts";

/** O_NONBLOCK: opening a pipe returns at once, so that it can be refused. It is absent on Windows. */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

const NONE: InstalledPlugins = { schema: INDEX_SCHEMA, plugins: [] };

/** What is installed in a home folder; nothing where there is no plugins.json. Throws CONFIG for one that is damaged or newer, IO. */
export function readInstalled(home: string): InstalledPlugins {
  const file = indexFile(home);
  const bytes = readBytes(file);
  return bytes === undefined ? NONE : parseInstalled(file, bytes);
}

/** The plugins that the bytes of a plugins.json list. Throws CONFIG. */
export function parseInstalled(file: string, bytes: Uint8Array): InstalledPlugins {
  const { schema, plugins, disabled, ...others } = membersOf(file, "", parseJson(file, bytes));
  if (typeof schema === "number" && schema > INDEX_SCHEMA) throw newerError(file, schema);
  if (schema !== INDEX_SCHEMA) throw indexError(file, `schema ${show(schema)}`, `${INDEX_SCHEMA}`);
  const [unknown] = Object.keys(others);
  if (unknown !== undefined)
    throw indexError(file, `a member ${quote(unknown)}`, '"schema", "plugins" and "disabled"', unknown);
  if (!Array.isArray(plugins)) throw indexError(file, "no list of plugins", 'a list "plugins"', "plugins");
  if (plugins.length > MAX_PLUGINS) throw indexError(file, `${plugins.length} plugins`, `at most ${MAX_PLUGINS}`);
  const entries = plugins.map((entry, i) => checkEntry(file, `plugins[${i}]`, entry));
  refuseDuplicates(file, entries);
  return { schema, plugins: entries, ...(disabled !== undefined && { disabled: checkNames(file, disabled) }) };
}

function checkNames(file: string, found: unknown): readonly string[] {
  if (Array.isArray(found) && found.length <= MAX_PLUGINS && found.every((name) => typeof name === "string"))
    return found;
  throw indexError(file, "what is no list of names", "a list of plugins' names", "disabled");
}

function refuseDuplicates(file: string, entries: readonly InstalledPlugin[]): void {
  const names = new Set<string>();
  for (const [i, { name }] of entries.entries()) {
    // File systems may take names that differ in case for one.
    const key = name.toLowerCase();
    if (names.has(key)) throw indexError(file, `plugin ${quote(name)} twice`, "each plugin once", `plugins[${i}].name`);
    names.add(key);
  }
}

function parseJson(file: string, bytes: Uint8Array): unknown {
  if (bytes.length === 0) throw indexError(file, "an empty file", "JSON");
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) throw indexError(file, "a byte order mark", "JSON");
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw indexError(file, cause instanceof SyntaxError ? "text that is no JSON" : "bytes that are not UTF-8", "JSON");
  }
}

function readBytes(file: string): Uint8Array | undefined {
  try {
    const descriptor = openSync(file, OPEN_FLAGS);
    try {
      const stats = fstatSync(descriptor);
      if (!stats.isFile()) throw indexError(file, "what is no file", "a file");
      if (stats.size > MAX_INDEX_BYTES) throw indexError(file, `${stats.size} bytes`, `at most ${MAX_INDEX_BYTES}`);
      const bytes = new Uint8Array(stats.size);
      return bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, 0));
    } finally {
      closeSync(descriptor);
    }
  } catch (cause) {
    if (cause instanceof HoduError) throw cause;
    const reason = errnoOf(cause);
    if (reason === "ENOENT" || reason === "ENOTDIR") return undefined;
    throw new HoduError("IO", `Cannot read ${quote(file)}: ${reason}`, { cause, where: { file } });
  }
}

function newerError(file: string, schema: number): HoduError {
  return new HoduError(
    "CONFIG",
    `Cannot read the installed plugins in ${quote(file)}: a newer Hodu wrote it (schema ${schema}), expected at most schema ${INDEX_SCHEMA}`,
    { hint: "HODU_HOME=/path/to/another/folder hodu plugin list (or update Hodu)", where: { file, field: "schema" } },
  );
}

const show = (value: unknown): string =>
  value === undefined ? "none" : quote(String(JSON.stringify(value)).slice(0, 40));
