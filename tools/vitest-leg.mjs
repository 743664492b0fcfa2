#!/usr/bin/env node
/** Runs vitest on the tests below the given folders; prints what failed and what was skipped; the last line is `N passed, N failed, N skipped`. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "hodu-vitest-"));
const report = join(folder, "report.json");
const vitest = join("node_modules", "vitest", "vitest.mjs");
const flags = process.argv.slice(2).filter((argument) => argument.startsWith("--"));
const folders = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
// vitest takes a folder for any part of a path: "plugins" would choose test/plugins too
const filters = folders.map((path) => `${path}/`);
if (!folders.some((path) => path.startsWith("test/"))) filters.push("--exclude", "test/**");
const { status } = spawnSync(
  process.execPath,
  [vitest, "run", "--reporter=json", `--outputFile=${report}`, ...flags, ...filters],
  { stdio: ["ignore", "ignore", "inherit"], env: { ...process.env, NO_COLOR: "1" } },
);
const counts = readCounts();
rmSync(folder, { recursive: true });
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = counts.failed === 0 ? 0 : 1;

/** A file that could not be loaded has no tests in the report, and an unhandled error no place in it: each is one failure. */
function readCounts() {
  try {
    const data = JSON.parse(readFileSync(report, "utf8"));
    const unloaded = data.testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0);
    for (const file of unloaded) console.log(`FAIL ${relative(".", file.name)}: ${file.message}`);
    for (const file of data.testResults)
      for (const test of file.assertionResults) printTest(relative(".", file.name), test);
    const failed = data.numFailedTests + unloaded.length;
    const passed = data.numPassedTests;
    return {
      passed,
      failed: failed === 0 && status !== 0 ? 1 : failed,
      skipped: data.numPendingTests + data.numTodoTests,
    };
  } catch (error) {
    console.log(`FAIL vitest gave no report: ${String(error)}`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

function printTest(file, { status: result, fullName, failureMessages }) {
  if (result === "failed") console.log(`FAIL ${file}: ${fullName}\n${failureMessages.join("\n")}`);
  else if (result !== "passed") console.log(`skip ${file}: ${fullName}`);
}
