import { HoduError } from "../errors/hodu-error.ts";
import { quote } from "../errors/quote.ts";

/** Half of a surrogate pair without its other half. */
const HALF_CHARACTER = /\p{Cs}/u;

/** The text itself. Throws UNSUPPORTED where it has half of a surrogate pair alone: UTF-8, which files are written in, has no bytes for one. */
export function wholeText(text: string): string {
  if (!HALF_CHARACTER.test(text)) return text;
  throw new HoduError(
    "UNSUPPORTED",
    `Cannot write the text ${quote(text)}: found half of a surrogate pair, expected whole characters`,
  );
}
