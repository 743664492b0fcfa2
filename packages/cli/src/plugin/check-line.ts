import { escapeLine } from "../terminal/escape.ts";
import { painter } from "../terminal/style.ts";

/** How something stands: as it should be, not as well as it could be, or not as it must be. */
export type Standing = "good" | "note" | "bad";

const SIGNS = { good: ["✓", "green"], note: ["-", "dim"], bad: ["✗", "red"] } as const;

/** A line of standard output for something that was looked at. */
export function checkLine(standing: Standing, text: string): string {
  const [sign, color] = SIGNS[standing];
  return `  ${painter(process.stdout)(sign, color)} ${escapeLine(text)}`;
}
