#!/usr/bin/env node
import { existsSync, readFileSync, statSync } from "node:fs";

const args = process.argv.slice(2);
if (args.length === 1 && (args[0] === "--version" || args[0] === "-V")) {
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  process.stdout.write(`${version}\n`);
} else {
  await import(isBundleCurrent() ? "../dist/bundle/main.js" : "../dist/main.js");
}

/** In a checkout, packages may have been compiled after the command was bundled; elsewhere there is nothing to compare with. */
function isBundleCurrent() {
  const inputs = new URL("../dist/bundle/inputs.txt", import.meta.url);
  if (!existsSync(inputs)) return false;
  const bundled = timeOf(inputs);
  return readFileSync(inputs, "utf8")
    .trim()
    .split("\n")
    .every((file) => timeOf(new URL(file, inputs)) <= bundled);
}

function timeOf(file) {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
