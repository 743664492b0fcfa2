import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { rowIds } from "./row-ids.ts";

/** What docs/rows.md says of rows. */
export interface RowsPage {
  /** Where each row is shown, by its id: the second cell of its line. */
  readonly shown: ReadonlyMap<string, string>;
  /** The same of rows below the heading "Not there yet": where is shown what is said instead. */
  readonly missing: ReadonlyMap<string, string>;
  /** Lines that name a file that is not there, or words that are not in it. */
  readonly problems: readonly string[];
}

const MISSING = "## Not there yet";

/** Reads the tables of docs/rows.md, and holds what they name to the files below `root`. */
export function readRowsPage(page: string, root: string): RowsPage {
  const shown = new Map<string, string>();
  const missing = new Map<string, string>();
  const problems: string[] = [];
  let rowsOf = shown;
  for (const [i, line] of page.split("\n").entries()) {
    if (line.startsWith("## ")) rowsOf = line === MISSING ? missing : shown;
    const [, rows, where] = /^\| *([A-Z]-\d.*?) *\| *(.*?) *\|$/.exec(line) ?? [];
    if (rows === undefined || where === undefined) continue;
    const place = `docs/rows.md:${i + 1}`;
    for (const id of rowIds(rows)) {
      if (shown.has(id) || missing.has(id)) problems.push(`${place}: ${id} has a line already`);
      rowsOf.set(id, where);
    }
    problems.push(...checkReferences(where, root).map((problem) => `${place}: ${problem}`));
  }
  return { shown, missing, problems };
}

/** A line names files in backquotes, and after each the words to find there in quotes. */
function checkReferences(where: string, root: string): readonly string[] {
  const references = [...where.matchAll(/`([^`]+)`((?:,? "[^"]+")*)/g)].filter(([, path]) => path.includes("/"));
  if (references.length === 0) return ["no file is named"];
  return references.flatMap(([, path, quoted]) => {
    const file = join(root, path);
    if (!existsSync(file)) return [`${path} does not exist`];
    const words = [...quoted.matchAll(/"([^"]+)"/g)].map(([, word]) => word);
    const text = words.length === 0 ? "" : readFileSync(file, "utf8");
    return words.filter((word) => !text.includes(word)).map((word) => `${path} has no "${word}"`);
  });
}
