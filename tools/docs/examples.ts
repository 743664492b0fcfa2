import { type Block, readBlocks } from "./blocks.ts";

/** What a page says that a command or a program prints. */
export interface Example {
  /** "command": a line for a shell; "program": a module of JavaScript. */
  readonly kind: "command" | "program";
  readonly text: string;
  readonly output: string;
  /** In the page. */
  readonly line: number;
}

/** What the blocks of a page come to. */
export interface PageExamples {
  readonly examples: readonly Example[];
  /** Commands that only a person runs. */
  readonly left: number;
  /** Blocks of a kind that is neither run nor known to be none: each a sentence. */
  readonly problems: readonly string[];
}

/** Blocks that are no examples: output, usage, data, parts of programs, other languages. */
const NO_EXAMPLES: readonly string[] = ["", "text", "sh", "json", "toml", "ts", "c", "go", "python"];

/** Commands of a checkout rather than of Hodu: they take minutes, or fetch. */
const LEFT = /^(?:npm (?!run -s conformance )|npx |git )/;

/**
 * The examples of a page. In a `console` block, a line `$ command` and what it prints up to the next command; a `js` block, which
 * prints what a `text` block right after it holds, or nothing.
 */
export function readExamples(page: string): PageExamples {
  const blocks = readBlocks(page);
  const commands = blocks.filter(({ kind }) => kind === "console").flatMap(commandsOf);
  const programs = blocks.flatMap((block, i) => (block.kind === "js" ? [programOf(block, blocks[i + 1])] : []));
  const unknown = blocks.filter(({ kind }) => kind !== "console" && kind !== "js" && !NO_EXAMPLES.includes(kind));
  const run = commands.filter(({ text }) => !LEFT.test(text));
  return {
    examples: [...run, ...programs].sort((a, b) => a.line - b.line),
    left: commands.length - run.length,
    problems: unknown.map(({ kind, line }) => `${line}: a block of kind ${kind} is not run, expected console or js`),
  };
}

function commandsOf({ lines, line }: Block): Example[] {
  const found: { text: string; lines: string[]; line: number }[] = [];
  for (const [i, text] of lines.entries()) {
    if (text.startsWith("$ ")) found.push({ text: text.slice(2), lines: [], line: line + 1 + i });
    else found.at(-1)?.lines.push(text);
  }
  return found.map(({ text, lines: output, line: at }) => {
    return { kind: "command", text, output: output.join("\n").trimEnd(), line: at };
  });
}

function programOf({ lines, line }: Block, next: Block | undefined): Example {
  const isOutput = next?.kind === "text" && next.follows;
  return { kind: "program", text: lines.join("\n"), output: isOutput ? next.lines.join("\n").trimEnd() : "", line };
}

/** Times differ from run to run: each is replaced by the same text. */
export function withoutTimes(output: string): string {
  return output.replace(/\d+(?:\.\d+)? (?:ms|s)\b/g, "N ms");
}
