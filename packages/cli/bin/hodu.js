#!/usr/bin/env node
const { existsSync, readFileSync, statSync } = require("node:fs");
const path = require("node:path");

const folder = path.join(__dirname, "..");
const args = process.argv.slice(2);
if (args.length === 1 && (args[0] === "--version" || args[0] === "-V")) {
  const { version } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
  process.stdout.write(`${version}\n`);
} else if (!isBundleCurrent()) void start(import("../dist/main.js"));
else if (isPluginList()) require("../dist/bundle/plugin-list.cjs").main(args);
else void start(import("../dist/bundle/start.js"));

async function start(program) {
  const { main } = await program;
  await main(args);
}

/** `plugin list` has a bundle of its own: most of its time would be taken by reading the other commands. */
function isPluginList() {
  const [first, second, ...flags] = args;
  return first === "plugin" && second === "list" && flags.every((flag) => flag === "--all" || flag === "--json");
}

/** In a checkout, packages may have been compiled after the command was bundled; elsewhere there is nothing to compare with. */
function isBundleCurrent() {
  if (!existsSync(path.join(folder, "dist/main.js"))) return true;
  const bundle = path.join(folder, "dist/bundle");
  const inputs = path.join(bundle, "inputs.txt");
  const bundled = timeOf(inputs);
  if (bundled === 0) return false;
  return readFileSync(inputs, "utf8")
    .trim()
    .split("\n")
    .every((file) => timeOf(path.join(bundle, file)) <= bundled);
}

function timeOf(file) {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
