/**
 * Says where each requirement row is shown: `npm run rows -- H-199..244 B-097`. A test shows a row that quotes its id in its title or in
 * a comment, docs/rows.md shows it by a line that names files, or says there that it is not there yet, and what shows that this is said.
 * Without rows: those that docs/status.md claims as done, and only what is wrong is printed. `--spec FOLDER`: where the rows-*.md with their
 * texts are. Exit status 1 for a row of which nothing is known.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { claimedRows } from "./rows/claimed-rows.ts";
import { rowIds } from "./rows/row-ids.ts";
import { rowTexts } from "./rows/row-texts.ts";
import { readRowsPage } from "./rows/rows-page.ts";
import { rowsInTests } from "./rows/rows-in-tests.ts";

const root = process.cwd();
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { spec: { type: "string", default: join(root, "../shared/spec") } },
});
const isWhole = positionals.length === 0;
const texts = rowTexts(values.spec);
const asked = isWhole ? claimedRows(readFileSync(join(root, "docs/status.md"), "utf8")) : rowIds(positionals.join(" "));
const page = readRowsPage(readFileSync(join(root, "docs/rows.md"), "utf8"), root);
const tests = rowsInTests(root);
const problems = [...page.problems];
const shown = new Set<string>();
const missing = new Set<string>();

for (const id of asked) {
  const said = page.shown.get(id);
  const instead = page.missing.get(id);
  const proofs = [...(tests.get(id) ?? []), ...(said === undefined ? [] : [`docs/rows.md: ${said}`])];
  if (instead !== undefined && (isWhole || proofs.length > 0)) {
    problems.push(`${id} is ${isWhole ? "claimed" : "shown"}, and not there yet by docs/rows.md`);
  }
  if (proofs.length > 0) shown.add(id);
  else if (instead !== undefined) missing.add(id);
  else problems.push(`${id} is shown by no test and no line of docs/rows.md`);
  if (instead !== undefined) proofs.push(`docs/rows.md: not there yet: ${instead}`);
  if (texts.size > 0 && !texts.has(id)) problems.push(`${id} is no row`);
  if (!isWhole) console.log([`${id}  ${texts.get(id) ?? ""}`, ...proofs.map((proof) => `  ${proof}`)].join("\n"));
}
if (asked.length === 0) problems.push("no row was named: npm run rows -- H-199..244");

for (const problem of problems) console.error(`rows: ${problem}`);
const rest = missing.size === 0 ? "" : `, ${missing.size} not there yet`;
console.log(`rows: ${shown.size} of ${new Set(asked).size} shown${rest}`);
if (problems.length > 0) process.exitCode = 1;
