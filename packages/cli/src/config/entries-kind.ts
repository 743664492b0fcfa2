import type { EntryRules, Kind, Problem, Reading } from "./kinds.ts";
import { tomlName } from "./toml-literal.ts";

/** A table with names that the user chooses; as text `name=value,name=value`. */
export function entries(rules: EntryRules): Kind<ReadonlyMap<string, string>> {
  const { expected, example } = rules;
  const suchAs = `${expected}, such as ${example}`;
  return {
    expected,
    example,
    entries: rules,
    read: (toml) =>
      isTable(toml)
        ? readEntries(rules, Object.entries(toml), (value) => rules.value.read(value))
        : { problems: [{ expected: suchAs }] },
    parse(text) {
      const pairs: [string, string][] = [];
      for (const item of text.split(",").filter((part) => part.trim() !== "")) {
        const at = item.indexOf("=");
        if (at < 0) return { problems: [{ expected: suchAs }] };
        pairs.push([item.slice(0, at).trim(), item.slice(at + 1).trim()]);
      }
      return readEntries(rules, pairs, (value) => rules.value.parse(value));
    },
    format: (map) => Array.from(map, ([name, value]) => `${name}=${value}`).join(","),
    literal: (map) =>
      `{ ${Array.from(map, ([name, value]) => `${tomlName(name)} = ${rules.value.literal(value)}`).join(", ")} }`,
  };
}

function readEntries<Raw>(
  rules: EntryRules,
  pairs: readonly (readonly [string, Raw])[],
  readValue: (value: Raw) => Reading<string>,
): Reading<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  const problems: Problem[] = [];
  for (const [entry, raw] of pairs) {
    const name = rules.name(entry);
    const value = readValue(raw);
    if ("problems" in name) problems.push(...name.problems.map((problem) => ({ found: "", ...problem, entry })));
    else if (found.has(name.value)) problems.push({ expected: "each name once", entry, found: "twice" });
    else if ("problems" in value) problems.push(...value.problems.map((problem) => ({ ...problem, entry })));
    else found.set(name.value, value.value);
  }
  const [first, ...more] = problems;
  return first === undefined ? { value: found } : { problems: [first, ...more] };
}

function isTable(toml: unknown): toml is Readonly<Record<string, unknown>> {
  return typeof toml === "object" && toml !== null && !Array.isArray(toml) && !(toml instanceof Date);
}
