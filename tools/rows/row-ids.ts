/** A range of rows in a text: `H-205`, `H-037 to H-039`, `H-199..244`, `B-097..B-100`. */
const RANGE = /\b([A-Z])-(\d{2,3})(?:(?:\.\.| to )(?:([A-Z])-)?(\d{2,3})\b)?/g;

/** The ids of the rows that a text names, ranges written out, in its order. Throws an Error for a range that goes backwards or over letters. */
export function rowIds(text: string): readonly string[] {
  return [...text.matchAll(RANGE)].flatMap(([whole, letter, from, other = letter, to = from]) => {
    const count = Number(to) - Number(from) + 1;
    if (other !== letter || count < 1) throw new Error(`Cannot read the range of rows ${whole}: expected H-001..009`);
    return Array.from({ length: count }, (_, i) => `${letter}-${String(Number(from) + i).padStart(from.length, "0")}`);
  });
}
