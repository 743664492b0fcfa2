/** Whether two values are the same as JSON, whatever the order of members. */
export function sameData(a: unknown, b: unknown): boolean {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return Object.is(a, b);
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [ours, theirs] = [new Map(Object.entries(a)), new Map(Object.entries(b))];
  return (
    ours.size === theirs.size && [...ours].every(([key, value]) => theirs.has(key) && sameData(value, theirs.get(key)))
  );
}
