const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uff01-\uff60]/u;
const NARROW = /\p{M}/u;

/** Columns that text takes in a terminal: two for wide characters, none for marks that combine. */
export function textWidth(text: string): number {
  // and the mark of what is right, which lists are full of
  if (/^[\x20-\x7e\u2713]*$/.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += widthOf(character);
  return width;
}

const widthOf = (character: string): number => (WIDE.test(character) ? 2 : NARROW.test(character) ? 0 : 1);

/** Text of at most `width` columns: the middle of what is longer gives way, since the ends of names tell them apart. */
export function cutMiddle(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  const characters = Array.from(text);
  const room = Math.max(1, width - 3);
  const head = take(characters, Math.ceil(room / 2));
  const tail = take(characters.toReversed(), Math.floor(room / 2)).toReversed();
  return `${head.join("")}...${tail.join("")}`;
}

/** The first characters that fit into `width` columns. */
function take(characters: readonly string[], width: number): string[] {
  let used = 0;
  const end = characters.findIndex((character) => (used += widthOf(character)) > width);
  return characters.slice(0, end === -1 ? undefined : end);
}
