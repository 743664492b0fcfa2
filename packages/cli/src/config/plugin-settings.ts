import type { EntryRules, Kind, Problem, Reading } from "./kinds.ts";
import { entries } from "./entries-kind.ts";
import { tomlLiteral, tomlName } from "./toml-literal.ts";

/** The value of a plugin's setting: text; in the file also a number, true or false. */
const value: Kind<string> = {
  expected: "text, a number, true or false",
  example: "8",
  read: (toml) =>
    ["string", "bigint", "boolean"].includes(typeof toml) || (typeof toml === "number" && Number.isFinite(toml))
      ? { value: String(toml) }
      : { problems: [{ expected: "text, a number, true or false" }] },
  parse: (text) => ({ value: text }),
  format: (text) => text,
  literal: tomlLiteral,
};

const RULES: EntryRules = {
  expected: "a table of plugins with their settings",
  example: "npy.threads=8",
  value,
  name: settingName,
  path: splitName,
};

/** The settings of plugins, by plugin and key: `npy.threads`. In the file each plugin has a table of its own. */
export const pluginSettings: Kind<ReadonlyMap<string, string>> = {
  ...entries(RULES),
  read: readTables,
  literal: (map) => {
    const plugins = [...new Set(Array.from(map.keys(), (name) => splitName(name)[0]))];
    const tables = plugins.map((plugin) => {
      const own = [...map].filter(([name]) => splitName(name)[0] === plugin);
      const pairs = own.map(([name, text]) => `${tomlName(splitName(name)[1])} = ${tomlLiteral(text)}`);
      return `${tomlName(plugin)} = { ${pairs.join(", ")} }`;
    });
    return `{ ${tables.join(", ")} }`;
  },
};

function readTables(toml: unknown): Reading<ReadonlyMap<string, string>> {
  if (!isTable(toml)) return { problems: [{ expected: `${RULES.expected}, such as ${RULES.example}` }] };
  const found = new Map<string, string>();
  const problems: Problem[] = [];
  for (const [plugin, table] of Object.entries(toml)) {
    if (!isTable(table)) problems.push({ entry: plugin, expected: "a table with the settings of the plugin" });
    for (const [key, given] of isTable(table) ? Object.entries(table) : []) {
      const name = settingName(`${plugin}.${key}`);
      const reading = value.read(given);
      if ("problems" in name) problems.push({ ...name.problems[0], entry: `${plugin}.${key}`, found: "" });
      else if ("problems" in reading)
        problems.push({ ...reading.problems[0], entry: plugin, found: `with a wrong "${key}"` });
      else found.set(name.value, reading.value);
    }
  }
  const [first, ...more] = problems;
  return first === undefined ? { value: found } : { problems: [first, ...more] };
}

/** A name as it is looked up: in lower case, since variables have no case. */
function settingName(name: string): Reading<string> {
  const lower = name.trim().toLowerCase();
  const [plugin, key] = splitName(lower);
  const isName = plugin !== "" && /^[a-z0-9_-]+$/.test(key);
  return isName ? { value: lower } : { problems: [{ expected: "the name of a plugin, a dot, and a setting" }] };
}

/** Names of plugins may have dots, settings have none. */
function splitName(name: string): readonly [plugin: string, key: string] {
  const dot = name.lastIndexOf(".");
  return [name.slice(0, Math.max(dot, 0)), name.slice(dot + 1)];
}

function isTable(toml: unknown): toml is Readonly<Record<string, unknown>> {
  return typeof toml === "object" && toml !== null && !Array.isArray(toml) && !(toml instanceof Date);
}
