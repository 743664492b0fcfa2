/**
 * Runs the examples of README.md, of docs/ and of the doc comments of packages/, and compares what they print with what stands
 * there: every command of a `console` block and every `js` block. The last line is `N passed, N failed, N skipped`.
 */
import { readdirSync, readFileSync } from "node:fs";
import { pageOfDocComments } from "./docs/doc-comments.ts";
import { readExamples, withoutTimes } from "./docs/examples.ts";
import { ExampleFolder } from "./docs/run-examples.ts";

let passed = 0;
let failed = 0;
let left = 0;
for (const page of ["README.md", ...filesBelow("docs", ".md"), ...filesBelow("packages", ".ts")]) check(page);
if (left > 0) console.log(`${left} commands are for a person to run: npm, npx, git`);
console.log(`${passed} passed, ${failed} failed, 0 skipped`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

function check(page: string): void {
  const text = readFileSync(page, "utf8");
  const { examples, left: unrun, problems } = readExamples(page.endsWith(".ts") ? pageOfDocComments(text) : text);
  left += unrun;
  failed += problems.length;
  for (const problem of problems) console.log(`FAIL ${page}:${problem}`);
  if (examples.length === 0) return;
  const folder = new ExampleFolder(process.cwd());
  for (const example of examples) {
    const found = folder.run(example);
    if (withoutTimes(found) === withoutTimes(example.output)) passed++;
    else {
      failed++;
      console.log(
        `FAIL ${page}:${example.line}:\n${example.text}\n--- it says\n${example.output}\n--- it prints\n${found}`,
      );
    }
  }
  folder.remove();
}

function filesBelow(folder: string, ending: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(ending) && !/(?:^|\/)(?:node_modules|dist|generated)\//.test(name))
    .filter((name) => !name.endsWith(".test.ts"))
    .sort()
    .map((name) => `${folder}/${name}`);
}
