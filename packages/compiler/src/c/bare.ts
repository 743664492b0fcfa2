/** C text without the brackets around all of it, for where it stands alone. */
export function bare(text: string): string {
  if (!text.startsWith("(")) return text;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "(") depth++;
    else if (text[i] === ")" && --depth === 0) return i === text.length - 1 ? bare(text.slice(1, -1)) : text;
  }
  return text;
}
