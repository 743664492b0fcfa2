#!/usr/bin/env node
/** Runs vitest on the tests below the given folders; the last line is `N passed, N failed, N skipped`. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "hodu-vitest-"));
const report = join(folder, "report.json");
const vitest = join("node_modules", "vitest", "vitest.mjs");
const reporters = ["--reporter=dot", "--reporter=json", `--outputFile.json=${report}`];
const { status } = spawnSync(process.execPath, [vitest, "run", ...reporters, ...process.argv.slice(2)], {
  stdio: ["ignore", "inherit", "inherit"],
});
const counts = readCounts();
rmSync(folder, { recursive: true });
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = counts.failed === 0 ? 0 : 1;

/** A file that could not be loaded has no tests in the report, and an unhandled error no place in it: each is one failure. */
function readCounts() {
  try {
    const data = JSON.parse(readFileSync(report, "utf8"));
    const unloaded = data.testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0);
    const failed = data.numFailedTests + unloaded.length;
    const passed = data.numPassedTests;
    return {
      passed,
      failed: failed === 0 && status !== 0 ? 1 : failed,
      skipped: data.numPendingTests + data.numTodoTests,
    };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}
