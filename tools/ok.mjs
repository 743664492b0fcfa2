#!/usr/bin/env node
/** Everything that is checked before a commit, in about a minute. `npm run ok -- lint types` runs only these. */
import { spawnSync } from "node:child_process";

const STEPS = [
  { name: "format", command: ["biome", "format", "--reporter=summary", "."], repair: "npm run format" },
  { name: "lockfile", command: ["node", "tools/complete-lockfile.mjs", "--check"], repair: "npm run lockfile" },
  { name: "generated", command: ["node", "tools/generate.mjs", "--check"], repair: "npm run generate" },
  { name: "build", command: ["tsc", "-b"] },
  { name: "bundle of the SDK", command: ["node", "tools/bundle-sdk.mjs"] },
  { name: "bundle", command: ["node", "tools/bundle-cli.mjs"] },
  { name: "types", command: ["tsc", "-p", "tsconfig.test.json"] },
  { name: "lint", command: ["oxlint", "--type-aware", "--deny-warnings"] },
  { name: "layers", command: ["node", "tools/dist/check-layers.js"] },
  { name: "docs", command: ["node", "tools/dist/check-docs.js"], repair: "npm run docs:api" },
  { name: "rows", command: ["node", "tools/dist/rows.js"] },
  { name: "unit", command: ["node", "tools/vitest-leg.mjs", "packages", "plugins", "tools", "--no-isolate", "--fast"] },
];

const chosen = process.argv.slice(2);
const failed = [];
const start = performance.now();
for (const { name, command, repair } of STEPS) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  const from = performance.now();
  const { status } = spawnSync(command[0], command.slice(1), { stdio: ["ignore", "inherit", "inherit"] });
  if (status !== 0) failed.push(name);
  const hint = status !== 0 && repair !== undefined ? `, repair: ${repair}` : "";
  console.log(`${status === 0 ? "ok" : "FAILED"} ${name} (${((performance.now() - from) / 1000).toFixed(1)} s${hint})`);
}
const seconds = ((performance.now() - start) / 1000).toFixed(1);
console.log(failed.length === 0 ? `\nok in ${seconds} s` : `\nnot ok in ${seconds} s: ${failed.join(", ")}`);
process.exitCode = failed.length === 0 ? 0 : 1;
