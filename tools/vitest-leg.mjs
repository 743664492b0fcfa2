#!/usr/bin/env node
/**
 * Runs vitest on the tests below the given folders; prints what failed and what was skipped; the last line is `N passed, N failed, N skipped`.
 * With --fast, without those that are tagged as long, and with fewer runs of dear properties.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "hodu-vitest-"));
const report = join(folder, "report.json");
const vitest = join("node_modules", "vitest", "vitest.mjs");
const isFast = process.argv.includes("--fast");
const flags = process.argv.slice(2).filter((argument) => argument.startsWith("--") && argument !== "--fast");
const folders = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
// vitest takes a folder for any part of a path: "plugins" would choose test/plugins too
const filters = folders.map((path) => (path.endsWith(".ts") ? path : `${path}/`));
if (isFast) filters.push("--tags-filter=!long");
if (!folders.some((path) => path.startsWith("test/"))) filters.push("--exclude", "test/**");
const { status } = spawnSync(
  process.execPath,
  [vitest, "run", "--reporter=json", `--outputFile=${report}`, ...flags, ...filters],
  {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, NO_COLOR: "1", HODU_FAST_TESTS: isFast ? "1" : "" },
  },
);
const counts = readCounts();
if (counts.left > 0) console.log(`left to npm test: ${counts.left} long tests`);
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
    const left = data.testResults.flatMap((file) => file.assertionResults.filter(isLeft)).length;
    const passed = data.numPassedTests;
    return {
      passed,
      failed: failed === 0 && status !== 0 ? 1 : failed,
      skipped: data.numPendingTests + data.numTodoTests - left,
      left,
    };
  } catch (error) {
    console.log(`FAIL vitest gave no report: ${String(error)}`);
    return { passed: 0, failed: 1, skipped: 0, left: 0 };
  }
}

/** Whether a test was not run for its tag. */
function isLeft({ status: result, tags }) {
  return isFast && tags.includes("long") && result !== "passed" && result !== "failed";
}

function printTest(file, test) {
  const { status: result, fullName, failureMessages } = test;
  if (result === "failed") console.log(`FAIL ${file}: ${fullName}\n${failureMessages.join("\n")}`);
  else if (result !== "passed" && !isLeft(test)) console.log(`skip ${file}: ${fullName}`);
}
