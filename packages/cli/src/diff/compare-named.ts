import type { Change } from "./differences.ts";

/** What was removed and added, and what changed by `details`, which says nothing of what is the same. In the order of `a`, then of `b`. */
export function compareNamed<Item>(
  a: ReadonlyMap<string, Item>,
  b: ReadonlyMap<string, Item>,
  describe: (item: Item) => string,
  details: (a: Item, b: Item) => readonly string[],
): Change[] {
  const changes: Change[] = [];
  for (const [name, item] of a) {
    const other = b.get(name);
    if (other === undefined) {
      changes.push({ name, change: "removed", details: [describe(item)] });
      continue;
    }
    const found = details(item, other);
    if (found.length > 0) changes.push({ name, change: "changed", details: found });
  }
  for (const [name, item] of b) if (!a.has(name)) changes.push({ name, change: "added", details: [describe(item)] });
  return changes;
}

/** Texts by name. */
export function compareTexts(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): Change[] {
  return compareNamed(
    a,
    b,
    (text) => text,
    (before, after) => (before === after ? [] : [`${before} -> ${after}`]),
  );
}
