#!/usr/bin/env node
/**
 * Installs the packages as a user gets them: packed, with production dependencies only, into an empty folder, offline from npm's cache;
 * then runs the example there, by command and by library, on this Node and on Node 24. The last line is `N passed, N failed, N skipped`.
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { installPackages, packWorkspaces, run } from "./packed.mjs";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));

/** What all that a user installs may take on disk. onnxruntime-node takes 288 MB. */
const MAX_MEGABYTES = 25;
const NODE_24 = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}@24.21.0`;

const counts = { passed: 0, failed: 0, skipped: 0 };
const root = mkdtempSync(join(tmpdir(), "hodu-install-"));
try {
  const tarballs = packWorkspaces(join(root, "tarballs"));
  // A cache that has not seen these packages yet is filled once; the installation that counts runs offline.
  installPackages(join(root, "warm"), tarballs, "--prefer-offline");
  const folder = join(root, "installed");
  installPackages(folder, tarballs, "--offline");
  checkSize(folder);
  checkScripts(folder);
  checkTypes(folder);
  cpSync("examples/digits", join(folder, "digits"), { recursive: true });
  tryOn("this Node", process.execPath, folder);
  const newer = node24();
  if (newer === undefined) skip(`Node 24: ${NODE_24} cannot be installed`);
  else tryOn("Node 24", newer, folder);
} catch (error) {
  report("the installation", error instanceof Error ? error.message : String(error));
} finally {
  if (process.env.KEEP) console.log(root);
  else rmSync(root, { recursive: true, force: true });
}
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = counts.failed === 0 ? 0 : 1;

function checkSize(folder) {
  const { files, bytes } = sizeOf(join(folder, "node_modules"));
  const megabytes = bytes / 1e6;
  console.log(`installed: ${megabytes.toFixed(1)} MB on disk in ${files} files`);
  report(`at most ${MAX_MEGABYTES} MB on disk`, megabytes <= MAX_MEGABYTES ? undefined : `${megabytes.toFixed(1)} MB`);
}

/** Size as `du` counts it: whole blocks of the disk. */
function sizeOf(folder) {
  let files = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) if (entry.isFile()) files += 1;
  const [kilobytes] = run("du", ["-sk", folder]).split("\t");
  return { files, bytes: Number(kilobytes) * 1024 };
}

/** Every declaration that a package's own lead to is there: what no type leads to is left out of the packages. */
function checkTypes(folder) {
  const entries = readdirSync(join(folder, "node_modules"), { recursive: true })
    .filter((path) => /(?:^|\/)(?:@hodu\/[^/]+|hodu[^/]*)\/package\.json$/.test(path))
    .flatMap((path) => typesIn(join(folder, "node_modules", dirname(path))));
  const missing = [];
  const seen = new Set(entries);
  for (const file of seen) {
    if (!existsSync(file)) missing.push(file);
    else {
      const imports = readFileSync(file, "utf8").matchAll(/(?:from |import\(|import )"(\.[^"]+)"/g);
      for (const [, path] of imports) seen.add(join(dirname(file), path.replace(/\.[jt]s$/, ".d.ts")));
    }
  }
  report(`the ${seen.size} declarations that types lead to`, missing.length === 0 ? undefined : missing.join(", "));
}

/** The declarations that a package.json names. */
function typesIn(folder) {
  const { types, exports } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const named = JSON.stringify([types, exports]).match(/[^"]+\.d\.ts/g) ?? [];
  return named.map((path) => join(folder, path));
}

/** No package may want to run something when it is installed. */
function checkScripts(folder) {
  const lock = JSON.parse(readFileSync(join(folder, "node_modules/.package-lock.json"), "utf8"));
  const wanting = Object.keys(lock.packages).filter((path) => runsOnInstall(join(folder, path)));
  report("no install script", wanting.length === 0 ? undefined : wanting.join(", "));
}

function runsOnInstall(folder) {
  const { scripts = {} } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const declared = ["preinstall", "install", "postinstall"].some((name) => name in scripts);
  return declared || existsSync(join(folder, "binding.gyp"));
}

function tryOn(name, node, folder) {
  const command = join(folder, "node_modules/hodu/bin/hodu.js");
  attempt(`${name}: the command runs the example`, () => {
    const args = [command, "run", "digits/model.onnx", "-i", "digits/seven.json", "--json"];
    expectSeven(JSON.parse(run(node, args, folder)).outputs.probabilities.data.flat());
  });
  attempt(`${name}: the library runs the example`, () => {
    const program = [
      'import { loadModel, readTensor } from "hodu";',
      'const model = await loadModel("digits/model.onnx");',
      'const image = await readTensor("digits/seven.json");',
      "const { probabilities } = await model.run({ image });",
      "console.log(JSON.stringify([...probabilities.data]));",
    ];
    writeFileSync(join(folder, "try.mjs"), program.join("\n"));
    expectSeven(JSON.parse(run(node, ["try.mjs"], folder)));
  });
}

function expectSeven(probabilities) {
  const best = probabilities.indexOf(Math.max(...probabilities));
  if (best !== 7) throw new Error(`the model reads a ${best}, expected 7`);
}

/** The program of Node 24, from npm, in a cache folder. */
function node24() {
  const folder = resolve("node_modules/.cache/node-24");
  const program = join(folder, "node_modules", NODE_24.split("@")[0], "bin/node");
  if (!existsSync(program)) {
    const args = ["install", "--ignore-scripts", "--no-save", "--no-audit", "--no-fund", "--prefix", folder, NODE_24];
    spawnSync("npm", args, { stdio: "ignore" });
  }
  return existsSync(program) ? program : undefined;
}

function attempt(name, check) {
  try {
    check();
    report(name, undefined);
  } catch (error) {
    report(name, error instanceof Error ? error.message : String(error));
  }
}

function report(name, problem) {
  counts[problem === undefined ? "passed" : "failed"] += 1;
  console.log(problem === undefined ? `ok   ${name}` : `FAIL ${name}: ${problem}`);
}

function skip(reason) {
  counts.skipped += 1;
  console.log(`skip ${reason}`);
}
