#!/usr/bin/env node
/**
 * Bundles the compiled SDK into packages/plugin-sdk/dist/bundle, each of its subpaths a file: what the process of a plugin loads in place
 * of some 500 modules, which would take most of its start. The condition `hodu-process` leads to it. Runs after `tsc -b`; the host takes
 * the bundle unless something was compiled since.
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { bundledLicenses } from "./bundled-licenses.mjs";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));

const PACKAGE = "packages/plugin-sdk";
const OUT = `${PACKAGE}/dist/bundle`;

const { exports, optionalDependencies } = JSON.parse(readFileSync(`${PACKAGE}/package.json`, "utf8"));
const bundled = Object.values(exports).flatMap((target) => target["hodu-process"] ?? []);
const names = bundled.map((path) => /^\.\/dist\/bundle\/(.+)\.js$/.exec(path)[1]);

rmSync(OUT, { recursive: true, force: true });
const { metafile } = await build({
  metafile: true,
  entryPoints: Object.fromEntries(
    [...names, "process/parent-watch"].map((name) => [name, `${PACKAGE}/dist/${name}.js`]),
  ),
  outdir: OUT,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  chunkNames: "[name]-[hash]",
  minify: true,
  legalComments: "none",
  logLevel: "warning",
  external: Object.keys(optionalDependencies),
  // Modules of CommonJS ask for Node's own by require.
  banner: {
    js: 'import { createRequire as hoduRequire } from "node:module"; var require = hoduRequire(import.meta.url);',
  },
});

/** What says when each package in it was compiled. */
const stamps = ["core", "compiler", "plugin-sdk"].map((name) =>
  relative(OUT, join("packages", name, "dist/.tsbuildinfo")).replaceAll("\\", "/"),
);
writeFileSync(`${OUT}/inputs.txt`, `${stamps.join("\n")}\n`);
writeFileSync(`${OUT}/licenses.txt`, bundledLicenses(metafile.inputs));
