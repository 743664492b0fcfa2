/** A command of a page and what the page says it prints. */
export interface Example {
  readonly command: string;
  readonly output: string;
  /** Line of the command in the page. */
  readonly line: number;
}

/** The examples in the `console` blocks of a page: a line `$ hodu ...` or `$ node ...` and the lines up to the next command. */
export function readExamples(page: string): Example[] {
  const examples: Example[] = [];
  let inside = false;
  let open: { command: string; lines: string[]; line: number } | undefined;
  const close = (): void => {
    if (open !== undefined && /^(?:hodu|node|echo) /.test(open.command)) {
      examples.push({ command: open.command, output: open.lines.join("\n").trimEnd(), line: open.line });
    }
    open = undefined;
  };
  for (const [i, text] of page.split("\n").entries()) {
    if (text.startsWith("```")) {
      close();
      inside = text === "```console";
    } else if (inside && text.startsWith("$ ")) {
      close();
      open = { command: text.slice(2), lines: [], line: i + 1 };
    } else open?.lines.push(text);
  }
  return examples;
}

/** Times differ from run to run: each is replaced by the same text. */
export function withoutTimes(output: string): string {
  return output.replace(/\d+(?:\.\d+)? (?:ms|s)\b/g, "N ms");
}
