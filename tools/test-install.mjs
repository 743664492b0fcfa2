#!/usr/bin/env node
/**
 * Installs the packages as a user gets them: packed, with production dependencies only, into an empty folder, offline from npm's cache;
 * then runs the example there, by command and by library, on this Node and on Node 24. The last line is `N passed, N failed, N skipped`.
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));

/** What all that a user installs may take on disk. onnxruntime-node takes 288 MB. */
const MAX_MEGABYTES = 25;
const NODE_24 = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}@24.21.0`;

const counts = { passed: 0, failed: 0, skipped: 0 };
const root = mkdtempSync(join(tmpdir(), "hodu-install-"));
try {
  const tarballs = pack(join(root, "tarballs"));
  // A cache that has not seen these packages yet is filled once; the installation that counts runs offline.
  install(join(root, "warm"), tarballs, "--prefer-offline");
  const folder = join(root, "installed");
  install(folder, tarballs, "--offline");
  checkSize(folder);
  checkScripts(folder);
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

/** The packed workspaces that `hodu` needs, itself included. */
function pack(folder) {
  mkdirSync(folder);
  const names = neededWorkspaces("hodu").flatMap((name) => ["--workspace", name]);
  run("npm", ["pack", "--ignore-scripts", "--pack-destination", folder, ...names]);
  return readdirSync(folder).map((name) => join(folder, name));
}

/** The names of a workspace and of all that it depends on, over several steps. */
function neededWorkspaces(root) {
  const manifests = ["packages", "plugins"]
    .flatMap((parent) => readdirSync(parent).map((name) => join(parent, name, "package.json")))
    .filter((path) => existsSync(path))
    .map((path) => JSON.parse(readFileSync(path, "utf8")));
  const needed = new Set([root]);
  for (const name of needed) {
    const { dependencies = {} } = manifests.find((manifest) => manifest.name === name);
    for (const other of Object.keys(dependencies)) {
      if (manifests.some((manifest) => manifest.name === other)) needed.add(other);
    }
  }
  return [...needed];
}

function install(folder, tarballs, mode) {
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "user", private: true, type: "module" }));
  run("npm", ["install", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", mode, ...tarballs], folder);
}

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

function run(file, args, cwd = process.cwd()) {
  const env = { ...process.env, npm_config_loglevel: "error" };
  const { status, stdout, stderr, error } = spawnSync(file, args, { cwd, env, encoding: "utf8" });
  if (status === 0) return stdout;
  throw new Error(`${file} ${args.slice(0, 3).join(" ")} ended with ${status}: ${error?.message ?? stderr.trim()}`);
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
