#!/usr/bin/env node
/**
 * Bundles the compiled SDK into packages/plugin-sdk/dist/bundle, each of its subpaths a file: what the process of a plugin loads in place
 * of some 500 modules, which would take most of its start. The condition `hodu-process` leads to it. Runs after `tsc -b`; the host takes
 * the bundle unless something was compiled since.
 */
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { bundledLicenses } from "./bundled-licenses.mjs";
import { buildInOneChunk } from "./in-one-chunk.mjs";
import { lateOperators, OPERATORS_ENTRY, OPERATORS_FILE } from "./late-operators.mjs";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));

const PACKAGE = "packages/plugin-sdk";
const OUT = `${PACKAGE}/dist/bundle`;
/** Takes its place when it is whole: plugins may start meanwhile. */
const NEW = `${PACKAGE}/dist/bundle.new`;

const { exports, optionalDependencies } = JSON.parse(readFileSync(`${PACKAGE}/package.json`, "utf8"));
const bundled = Object.values(exports).flatMap((target) => target["hodu-process"] ?? []);
const names = bundled.map((path) => /^\.\/dist\/bundle\/(.+)\.js$/.exec(path)[1]);

rmSync(NEW, { recursive: true, force: true });
/** A thread of its own, which needs nothing else. */
const PARENT_WATCH = `${PACKAGE}/dist/process/parent-watch.js`;

const { metafile } = await buildInOneChunk(
  {
    metafile: true,
    entryPoints: {
      ...Object.fromEntries(names.map((name) => [name, `${PACKAGE}/dist/${name}.js`])),
      ...OPERATORS_ENTRY,
      "process/parent-watch": PARENT_WATCH,
    },
    outdir: NEW,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    chunkNames: "[name]-[hash]",
    minify: true,
    legalComments: "none",
    logLevel: "warning",
    external: [...Object.keys(optionalDependencies), OPERATORS_FILE],
    plugins: [lateOperators(OPERATORS_FILE)],
    // Modules of CommonJS ask for Node's own by require.
    banner: {
      js: 'import { createRequire as hoduRequire } from "node:module"; var require = hoduRequire(import.meta.url);',
    },
  },
  [
    [`${PACKAGE}/dist/index.js`, "definePlugin"],
    [`${PACKAGE}/dist/process/index.js`, "servePlugin"],
  ],
  [PARENT_WATCH],
);

/** What says when each package in it was compiled. */
const stamps = ["core", "compiler", "plugin-sdk"].map((name) =>
  relative(OUT, join("packages", name, "dist/.tsbuildinfo")).replaceAll("\\", "/"),
);
writeFileSync(`${NEW}/inputs.txt`, `${stamps.join("\n")}\n`);
writeFileSync(`${NEW}/licenses.txt`, bundledLicenses(metafile.inputs));
rmSync(OUT, { recursive: true, force: true });
renameSync(NEW, OUT);
