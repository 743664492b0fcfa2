import { escapeLine } from "../terminal/escape.ts";
import type { Paint } from "../terminal/style.ts";
import type { Mark, Section } from "./finding.ts";

const MARKS: Readonly<Record<Mark, { readonly sign: string; readonly style: "green" | "dim" | "yellow" }>> = {
  ok: { sign: "✓", style: "green" },
  absent: { sign: "✗", style: "dim" },
  wrong: { sign: "!", style: "yellow" },
};

/** Sections as lines: a mark, what was found, and below what is wrong the command that mends it. */
export function formatSections(sections: readonly Section[], paint: Paint): string {
  return sections
    .map(({ title, findings }) => {
      const lines = findings.flatMap(({ mark, text, fix }) => {
        const { sign, style } = MARKS[mark];
        const line = `  ${paint(sign, style)} ${escapeLine(text)}`;
        return fix === undefined ? [line] : [line, `    → Run: ${escapeLine(fix)}`];
      });
      return [paint(`${title}:`, "bold"), ...lines, ""].join("\n");
    })
    .join("\n");
}

/** The same for programs. */
export function sectionsAsJson(sections: readonly Section[], isWell: boolean): object {
  const key = (title: string): string => title.toLowerCase().replaceAll(" ", "_");
  const members = sections.map(({ title, findings }) => [
    key(title),
    findings.map(({ mark, name, text, fix }) => ({ name, status: mark, text, ...(fix !== undefined && { fix }) })),
  ]);
  return { ok: isWell, ...Object.fromEntries(members) };
}
