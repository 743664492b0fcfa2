#!/usr/bin/env node
/**
 * Plugins that fail, hang, flood, begin badly and break out, in four languages, and what damages those that are installed; `--full` for 100
 * trials of each fault. Units that show a figure of trust by themselves are run as well.
 */
import { spawnSync } from "node:child_process";

const UNITS = ["life/life-order", "life/event-bus", "store/installed"].map(
  (name) => `packages/plugin-host/src/${name}.test.ts`,
);
const env = { ...process.env, ...(process.argv.includes("--full") && { HODU_FULL_TESTS: "1" }) };
const leg = ["tools/vitest-leg.mjs", "test/faults", ...UNITS, "--no-file-parallelism"];
process.exitCode = spawnSync(process.execPath, leg, { stdio: "inherit", env }).status ?? 1;
