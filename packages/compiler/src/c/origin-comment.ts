import { MAX_ORIGIN_NAME, MAX_ORIGINS } from "./limits.ts";

/** Characters of a name that stand in a comment as they are; the rest, "*", "/", "\" and "?" among them, is escaped. */
const PLAIN = /[A-Za-z0-9_.:,()[\] +=<>#|-]/;

/** One line of comment that names source nodes. Whatever they hold, it ends where it should: nothing of a name leaves it. */
export function originComment(origins: readonly string[]): string {
  const shown = origins.slice(0, MAX_ORIGINS).map((name) => `"${escapeName(name)}"`);
  const rest = origins.length - shown.length;
  const list = [...shown, ...(rest > 0 ? [`and ${rest} more`] : [])];
  return `/* ${list.length === 0 ? "of no node" : list.join(", ")} */`;
}

function escapeName(name: string): string {
  let text = "";
  for (const character of name.slice(0, MAX_ORIGIN_NAME))
    text += PLAIN.test(character) ? character : `{${character.codePointAt(0)!.toString(16)}}`;
  return name.length > MAX_ORIGIN_NAME ? `${text}...` : text;
}
