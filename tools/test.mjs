#!/usr/bin/env node
/**
 * The whole test run: installs, builds, then runs the legs below one after the other. Plain JavaScript, so that it
 * works in a fresh clone. The last line is the sum of all legs: `N passed, N failed, N skipped`.
 *
 * `npm test -- unit conformance` runs only the legs of these names, `npm test -- --full` longer ones where there are.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { buildAll, installIfStale, withoutNpmLogLevel } from "./install.mjs";

/** `npm test -- --full`: longer runs where a leg has one. */
const isFull = process.argv.includes("--full");
if (isFull) process.env.HODU_FULL_TESTS = "1";

/** The standard's own tests, and real models. */
const STANDARD_DATA = ["../shared/data/onnx-node.tar.xz", "../shared/data/models"];

/**
 * A leg is a command whose last line of the form `N passed, N failed, N skipped` is its result.
 *   needs   a path of this repository; a leg that has not been written yet is left out
 *   data    a path beside this repository; without it the leg is skipped, and counted once
 *   debian  [command, package]: installed with apt-get when we may, else the leg is skipped, and counted once
 */
const LEGS = [
  { name: "unit", command: ["npm", "run", "-s", "test:unit"], needs: "vitest.config.ts" },
  {
    name: "conformance",
    command: ["npm", "run", "-s", "conformance", "--", "../shared/data/onnx-node.tar.xz"],
    needs: "tools/conformance.ts",
    data: "../shared/data/onnx-node.tar.xz",
    debian: ["xz", "xz-utils"],
  },
  {
    name: "models",
    command: ["npm", "run", "-s", "conformance", "--", "../shared/data/models"],
    needs: "tools/conformance.ts",
    data: "../shared/data/models",
  },
  ...["onnx", "hdss"].map((format) => ({
    name: `roundtrip-${format}`,
    command: ["npm", "run", "-s", "conformance", "--", "--roundtrip", format, ...STANDARD_DATA],
    needs: "tools/conformance.ts",
    data: STANDARD_DATA[0],
    debian: ["xz", "xz-utils"],
  })),
  {
    name: "wasm",
    command: ["npm", "run", "-s", "conformance", "--", "--backend", "wasm", "--opt-level", "3", ...STANDARD_DATA],
    needs: "tools/conformance.ts",
    data: STANDARD_DATA[0],
    debian: ["xz", "xz-utils"],
  },
  // a C compiler takes a while for each model: some tests stand for all
  ...[
    { name: "cpu", data: STANDARD_DATA[0], only: isFull ? [] : ["--only", "test_co*"] },
    { name: "cpu-models", data: STANDARD_DATA[1], only: [] },
  ].map(({ name, data, only }) => ({
    name,
    command: ["npm", "run", "-s", "conformance", "--", "--backend", "cpu", "--opt-level", "2", ...only, data],
    needs: "tools/conformance.ts",
    data,
    debian: ["gcc", "gcc"],
  })),
  {
    name: "compiler",
    command: ["npm", "run", "-s", "test:compiler"],
    needs: "test/compiler",
    debian: ["gcc", "gcc"],
  },
  {
    name: "passes",
    command: ["npm", "run", "-s", "test:passes", ...(isFull ? ["--", "--full"] : [])],
    needs: "tools/test-passes.ts",
    data: "../shared/data/onnx-node.tar.xz",
    debian: ["xz", "xz-utils"],
  },
  { name: "examples", command: ["npm", "run", "-s", "test:examples"], needs: "tools/check-examples.ts" },
  { name: "schemas", command: ["npm", "run", "-s", "test:schemas"], needs: "tools/check-schemas.ts" },
  { name: "install", command: ["npm", "run", "-s", "test:install"], needs: "tools/test-install.mjs" },
  { name: "newcomer", command: ["npm", "run", "-s", "test:newcomer"], needs: "test/newcomer" },
  {
    name: "browser",
    command: ["npm", "run", "-s", "test:browser"],
    needs: "test/browser",
    debian: ["chromium", "chromium"],
  },
  { name: "cli", command: ["npm", "run", "-s", "test:cli"], needs: "test/cli" },
  { name: "bad-inputs", command: ["npm", "run", "-s", "test:bad-inputs"], needs: "test/bad-inputs" },
  { name: "plugins", command: ["npm", "run", "-s", "test:plugins"], needs: "test/plugins" },
  { name: "clients", command: ["npm", "run", "-s", "test:clients"], needs: "test/clients" },
  { name: "faults", command: ["npm", "run", "-s", "test:faults"], needs: "test/faults" },
  { name: "peers", command: ["npm", "run", "-s", "test:peers"], needs: "test/peers" },
];

const MINUTES_PER_LEG = 30;

for (const [signal, code] of Object.entries({ SIGINT: 130, SIGTERM: 143 }))
  process.once(signal, () => process.exit(code));
process.chdir(fileURLToPath(new URL("..", import.meta.url)));
const chosen = process.argv.slice(2).filter((name) => name !== "--full");
const results = [];
try {
  installIfStale();
  buildAll();
  for (const leg of LEGS) {
    if (chosen.length > 0 && !chosen.includes(leg.name)) continue;
    const result = await runLeg(leg);
    if (result === undefined) continue;
    results.push({ name: leg.name, ...result });
  }
} catch (error) {
  console.log(String(error));
  results.push({ name: "build", passed: 0, failed: 1, skipped: 0, note: "" });
}
if (results.length === 0) results.push({ name: "no leg was run", passed: 0, failed: 1, skipped: 0, note: "" });

console.log("");
for (const { name, note, ...counts } of results) console.log(`${name}: ${format(counts)}${note}`);
const sum = { passed: total("passed"), failed: total("failed"), skipped: total("skipped") };
console.log(format(sum));
process.exitCode = sum.failed === 0 ? 0 : 1;

async function runLeg(leg) {
  if (!existsSync(leg.needs)) return undefined;
  if (leg.data !== undefined && !existsSync(leg.data)) return skipped(`${leg.data} is not here`);
  if (leg.debian !== undefined && !isCommandHere(...leg.debian)) return skipped(`${leg.debian[0]} is not installed`);
  console.log(`\n${leg.name}: ${leg.command.join(" ")}`);
  const start = performance.now();
  const { counts, status } = await runCommand(leg.command);
  const note = ` (${((performance.now() - start) / 1000).toFixed(1)} s)`;
  if (counts === undefined)
    return { passed: 0, failed: 1, skipped: 0, note: `${note}: it printed no counts, ${status}` };
  if (status !== "exit 0" && counts.failed === 0)
    return { ...counts, failed: 1, note: `${note}: it ended with ${status}` };
  return { ...counts, note };
}

function skipped(reason) {
  return { passed: 0, failed: 0, skipped: 1, note: `: ${reason}` };
}

/** Runs a command in a process group of its own, passes its output on, and kills the group when its time is up. */
async function runCommand([file, ...args]) {
  const child = spawn(file, args, { stdio: ["ignore", "pipe", "inherit"], detached: true, env: withoutNpmLogLevel() });
  const ended = once(child, "close").catch((error) => [undefined, String(error)]);
  const stop = () => killGroup(child.pid);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    stop();
  }, MINUTES_PER_LEG * 60_000);
  process.once("exit", stop);
  child.stdout.pipe(process.stdout, { end: false });
  let counts;
  for await (const line of createInterface({ input: child.stdout })) counts = readCounts(line) ?? counts;
  const [code, signal] = await ended;
  clearTimeout(timer);
  process.off("exit", stop);
  return { counts, status: late ? `no end after ${MINUTES_PER_LEG} minutes` : (signal ?? `exit ${code}`) };
}

function readCounts(line) {
  const match = /^(\d+) passed, (\d+) failed, (\d+) skipped\s*$/.exec(line);
  return match === null ? undefined : { passed: Number(match[1]), failed: Number(match[2]), skipped: Number(match[3]) };
}

function killGroup(pid) {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // The group has ended by itself.
  }
}

/** Whether the command can be run; on Debian, as root, its package is installed first. */
function isCommandHere(command, debianPackage) {
  if (canRun(command)) return true;
  if (process.getuid?.() !== 0 || !canRun("apt-get")) return false;
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const install = () =>
    spawnSync("apt-get", ["install", "-y", "--no-install-recommends", debianPackage], { stdio: ["ignore", 2, 2], env });
  if (install().status !== 0) {
    spawnSync("apt-get", ["update"], { stdio: ["ignore", 2, 2], env });
    install();
  }
  return canRun(command);
}

function canRun(command) {
  return spawnSync(command, ["--version"], { stdio: "ignore" }).error === undefined;
}

function total(key) {
  return results.reduce((sum, result) => sum + result[key], 0);
}

function format({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
