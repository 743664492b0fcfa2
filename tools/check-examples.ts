/**
 * Runs the console examples of README.md and docs/ and compares what they print: every block marked `console` whose command is
 * hodu or node. The last line is `N passed, N failed, N skipped`.
 */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { readExamples, withoutTimes } from "./docs/examples.ts";

const pages = [
  "README.md",
  ...readdirSync("docs")
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];
let passed = 0;
let failed = 0;
for (const page of pages) {
  for (const { command, output, line } of readExamples(readFileSync(page, "utf8"))) {
    const found = run(command);
    if (withoutTimes(found) === withoutTimes(output)) passed++;
    else {
      failed++;
      console.log(`FAIL ${page}:${line}: $ ${command}\n--- it says\n${output}\n--- it prints\n${found}`);
    }
  }
}
console.log(`${passed} passed, ${failed} failed, 0 skipped`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

/** What a command prints in a terminal that shows no progress: its output, then its errors. */
function run(command: string): string {
  const line = command.replace(/^hodu\b/, "node packages/cli/bin/hodu.js");
  const { stdout, stderr } = spawnSync("bash", ["-c", line], {
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1", CI: "true", COLUMNS: "80" },
  });
  const progress = /^ *(?:Loading|Compiling|Running|Finished|Matches) .*\n?/gm;
  return `${stdout}${stderr.replace(progress, "")}`.trimEnd();
}
