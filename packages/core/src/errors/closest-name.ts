/** The name among `names` that was probably meant by `wanted`: "Did you mean". Undefined when none is near. */
export function closestName(wanted: string, names: readonly string[]): string | undefined {
  const lower = wanted.toLowerCase();
  const same = names.find((name) => name.toLowerCase() === lower);
  if (same !== undefined) return same;
  const longer = names.filter((name) => lower.length >= 3 && name.toLowerCase().startsWith(lower));
  if (longer.length === 1) return longer[0];
  let best: string | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  for (const name of names) {
    const allowed = Math.ceil(Math.min(wanted.length, name.length) / 3);
    if (Math.abs(name.length - wanted.length) > allowed) continue;
    const edits = editsBetween(lower, name.toLowerCase());
    if (edits > allowed || edits >= fewest) continue;
    fewest = edits;
    best = name;
  }
  return best;
}

/** Levenshtein's distance: characters to insert, delete or replace. */
function editsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length];
}
