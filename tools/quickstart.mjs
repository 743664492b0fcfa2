#!/usr/bin/env node
/** From a fresh clone to a first answer: installs what is missing, builds, then shows the digits example. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { buildAll, installIfStale } from "./install.mjs";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
installIfStale();
buildAll();

const example = "examples/digits/show.mjs";
if (existsSync(example)) {
  process.exitCode = spawnSync(process.execPath, [example], { stdio: "inherit" }).status ?? 1;
} else {
  console.log("Built. Next: node packages/cli/bin/hodu.js --help");
}
