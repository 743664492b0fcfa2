/** Quotes a name from a file for a message: control and bidirectional characters escaped, at most 200 characters kept. */
export function quote(name: string): string {
  const kept = name.length > 200 ? `${name.slice(0, 200)}... (${name.length} characters)` : name;
  return `"${kept.replace(/["\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, escapeCharacter)}"`;
}

function escapeCharacter(character: string): string {
  if (character === '"' || character === "\\") return `\\${character}`;
  if (character === "\n") return "\\n";
  return `\\u{${character.codePointAt(0)!.toString(16)}}`;
}
