#!/usr/bin/env node
/** Plugins that fail, hang, flood, begin badly and break out, in three languages; `--full` for 100 trials of each fault. */
import { spawnSync } from "node:child_process";

const env = { ...process.env, ...(process.argv.includes("--full") && { HODU_FULL_TESTS: "1" }) };
const leg = ["tools/vitest-leg.mjs", "test/faults", "--no-file-parallelism"];
process.exitCode = spawnSync(process.execPath, leg, { stdio: "inherit", env }).status ?? 1;
