/** Quotes a name from a file for a message: control and bidirectional characters escaped, at most 200 characters kept. */
export function quote(name: string): string {
  return quoted(name, '"');
}

/** The same as headlines have it: `Backend 'metal' not found`. */
export function quoteInHeadline(name: string): string {
  return quoted(name, "'");
}

function quoted(name: string, mark: '"' | "'"): string {
  const kept = name.length > 200 ? `${name.slice(0, 200)}... (${name.length} characters)` : name;
  const escaped = kept.replace(/["'\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (character) => {
    if (character === mark || character === "\\") return `\\${character}`;
    if (character === '"' || character === "'") return character;
    return character === "\n" ? "\\n" : `\\u{${character.codePointAt(0)!.toString(16)}}`;
  });
  return `${mark}${escaped}${mark}`;
}
