/** Characters that a terminal acts on, or that turn the direction of text. */
const ACTIVE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** Text of unknown origin for a terminal: line breaks kept, all else that it would act on escaped. */
export function escapeText(text: string): string {
  return text.replace(ACTIVE, (character) =>
    character === "\n" ? character : `\\u{${character.codePointAt(0)!.toString(16)}}`,
  );
}

/** The same on one line: with a break, a name could pass for a message of ours. */
export const escapeLine = (text: string): string => escapeText(text).replaceAll("\n", "\\n");

/** A name from a file on one line, without quotes: escaped, and cut after 100 characters. */
export function escapeName(name: string): string {
  if (/^[\x20-\x7e\u2713]{0,100}$/.test(name)) return name;
  const characters = Array.from(name);
  const kept = characters.length > 100 ? `${characters.slice(0, 97).join("")}...` : name;
  return escapeLine(kept);
}

/** A JSON string in which nothing acts on a terminal. */
export function jsonString(text: string): string {
  return escapeJson(JSON.stringify(text));
}

/** JSON text with the same escapes. Between strings JSON has none of these characters but line breaks. */
export function escapeJson(json: string): string {
  return json.replace(ACTIVE, (character) =>
    character === "\n"
      ? character
      : Array.from(
          { length: character.length },
          (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, "0")}`,
        ).join(""),
  );
}
