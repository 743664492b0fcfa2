import type { Kind, Reading } from "./kinds.ts";

/** How the entries of a table of settings are read. */
export interface EntryRules {
  /** As messages say it: `a table of extensions and plugin names`. */
  readonly expected: string;
  /** As text: `.npy=my-npy`. */
  readonly example: string;
  readonly value: Kind<string>;
  /** The name as it is compared, or what was expected of it. */
  name(name: string): Reading<string>;
}

/** A table with names that the user chooses; as text `name=value,name=value`. */
export function entries(rules: EntryRules): Kind<ReadonlyMap<string, string>> {
  const { expected, example } = rules;
  return {
    expected,
    example,
    read: (toml) =>
      isTable(toml) ? readEntries(rules, Object.entries(toml), (value) => rules.value.read(value)) : { expected },
    parse(text) {
      const pairs: [string, string][] = [];
      for (const item of text.split(",").filter((part) => part.trim() !== "")) {
        const at = item.indexOf("=");
        if (at < 0) return { expected };
        pairs.push([item.slice(0, at).trim(), item.slice(at + 1).trim()]);
      }
      return readEntries(rules, pairs, (value) => rules.value.parse(value));
    },
    format: (map) => Array.from(map, ([name, value]) => `${name}=${value}`).join(","),
  };
}

function readEntries<Raw>(
  rules: EntryRules,
  pairs: readonly (readonly [string, Raw])[],
  readValue: (value: Raw) => Reading<string>,
): Reading<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const [entry, raw] of pairs) {
    const name = rules.name(entry);
    if (!("value" in name)) return { expected: name.expected, entry, found: "this name" };
    if (found.has(name.value)) return { expected: "each name once", entry, found: "it twice" };
    const value = readValue(raw);
    if (!("value" in value)) return { ...value, entry };
    found.set(name.value, value.value);
  }
  return { value: found };
}

function isTable(toml: unknown): toml is Readonly<Record<string, unknown>> {
  return typeof toml === "object" && toml !== null && !Array.isArray(toml) && !(toml instanceof Date);
}
