import { textWidth } from "./text-width.ts";

/** Lines of at most `columns` cells that together are `line`, broken between words; those after the first are indented by two more. */
export function wrapLine(line: string, columns: number): readonly string[] {
  const indent = " ".repeat(line.length - line.trimStart().length);
  const lines: string[] = [];
  let current = indent;
  for (const word of line.slice(indent.length).split(" ")) {
    const isFirst = current.trim() === "";
    const longer = isFirst ? current + word : `${current} ${word}`;
    if (isFirst || textWidth(longer) <= columns) current = longer;
    else {
      lines.push(current);
      current = `${indent}  ${word}`;
    }
  }
  return [...lines, current];
}
