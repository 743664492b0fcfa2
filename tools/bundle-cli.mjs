#!/usr/bin/env node
/**
 * Bundles the compiled command and library into packages/cli/dist/bundle, and the library of pages into its folder `page`: loading
 * their some 400 modules one by one would take most of the time of a small run, and what is bundled need not be installed. The command is
 * there twice: as modules that load what is used, and as one script, whose code can be kept from start to start. Runs after `tsc -b`;
 * bin/hodu.js takes the bundle unless something was compiled since.
 */
import { createHash } from "node:crypto";
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { parseSync } from "oxc-parser";
import { bundledLicenses } from "./bundled-licenses.mjs";
import { buildInOneChunk } from "./in-one-chunk.mjs";
import { lateOperators, OPERATORS_ENTRY, OPERATORS_FILE } from "./late-operators.mjs";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));

const OUT = "packages/cli/dist/bundle";

/** Packages with native or WebAssembly files of their own: imported as they are, when used. */
const EXTERNAL = ["@cornerstonejs/codec-openjpeg", "@jsquash/jpeg", "@jsquash/webp"];

const { dependencies } = JSON.parse(readFileSync("packages/cli/package.json", "utf8"));
const undeclared = EXTERNAL.filter((name) => !(name in dependencies));
if (undeclared.length > 0) {
  throw new Error(`Cannot bundle the command: packages/cli/package.json does not declare ${undeclared.join(", ")}`);
}

/** How both are made. */
const COMMON = {
  metafile: true,
  bundle: true,
  minify: true,
  legalComments: "none",
  logLevel: "warning",
};
const MODULES = { ...COMMON, splitting: true, format: "esm", chunkNames: "[name]-[hash]" };
const FOR_NODE = { platform: "node", target: "node20", external: EXTERNAL.flatMap((name) => [name, `${name}/*`]) };

const LIBRARY = "packages/cli/dist/index.js";
const IN_FILES = {
  ...MODULES,
  ...FOR_NODE,
  external: [...FOR_NODE.external, OPERATORS_FILE],
  plugins: [lateOperators(OPERATORS_FILE, [LIBRARY])],
  outdir: OUT,
  // Modules of CommonJS ask for Node's own by require.
  banner: {
    js: 'import { createRequire as hoduRequire } from "node:module"; var require = hoduRequire(import.meta.url);',
  },
};

/** Loaded without what the command starts with. */
const APART = {
  start: "packages/cli/dist/start/main.js",
  index: LIBRARY,
  // A process of its own, started by the command.
  "unpack-process": "packages/plugin-host/dist/install/archive/unpack-process.js",
};
const MAIN = "packages/cli/dist/main.js";
const PLUGIN_LIST = "packages/cli/dist/start/plugin-list.js";

rmSync(OUT, { recursive: true, force: true });
const forNode = await buildInOneChunk(
  { ...IN_FILES, entryPoints: { ...APART, ...OPERATORS_ENTRY, main: MAIN } },
  [[MAIN, "main"]],
  Object.values(APART),
);
dropUnusedImports(forNode.metafile);
const SCRIPT = {
  ...COMMON,
  ...FOR_NODE,
  outdir: OUT,
  outExtension: { ".js": ".cjs" },
  format: "cjs",
  define: { "import.meta.url": "hoduAddress" },
};
// A script starts sooner than modules.
const forList = await build({
  ...SCRIPT,
  external: IN_FILES.external,
  plugins: [lateOperators(OPERATORS_FILE), laterFrom(forNode.metafile)],
  entryPoints: { "plugin-list": PLUGIN_LIST },
  banner: { js: 'var hoduAddress = require("node:url").pathToFileURL(__filename).href;' },
});
const script = await build({
  ...SCRIPT,
  plugins: [lateOperators("./table.js")],
  entryPoints: { command: MAIN },
  // It is read as bytes, and called as packages/cli/src/start/script.ts says.
  charset: "ascii",
  banner: { js: "(function (require, module, hoduAddress, hoduImport) {" },
  footer: { js: "})" },
});
replaceImports(`${OUT}/command.cjs`);
const forPages = await build({
  ...MODULES,
  entryPoints: { browser: "packages/cli/dist/browser.js" },
  outdir: `${OUT}/page`,
  platform: "browser",
  target: "es2022",
});
const inputs = { ...forNode.metafile.inputs, ...forList.metafile.inputs, ...forPages.metafile.inputs };

/**
 * A chunk imports, for its effects alone, every chunk that its modules named, also where nothing of it is left in use. Our packages have no
 * effects: such imports of chunks that are ours alone would only be read and compiled at each start.
 */
function dropUnusedImports({ outputs }) {
  const isOurs = (input) => /^(?:packages|plugins)\//.test(input);
  const ours = new Set(
    Object.entries(outputs)
      .filter(([, { inputs }]) => Object.keys(inputs).every(isOurs))
      .map(([path]) => basename(path)),
  );
  for (const path of Object.keys(outputs)) {
    const text = readFileSync(path, "utf8");
    const shorter = text.replace(/\bimport"\.\/([^"]+)";/g, (found, name) => (ours.has(name) ? "" : found));
    if (shorter !== text) writeFileSync(path, shorter);
  }
}

/** What is imported later is taken from another bundle, so that one without it is small. */
function laterFrom({ outputs }) {
  const files = new Map(
    Object.entries(outputs).map(([file, { entryPoint }]) => [entryPoint && resolve(entryPoint), file]),
  );
  const name = "later-from";
  return {
    name,
    setup({ onResolve, resolve: find }) {
      onResolve({ filter: /./ }, async ({ kind, path, resolveDir, pluginData }) => {
        if (kind !== "dynamic-import" || pluginData === name) return undefined;
        const file = files.get((await find(path, { kind, resolveDir, pluginData: name })).path);
        return file && { path: `./${basename(file)}`, external: true };
      });
    },
  };
}

/** A script that is run by node:vm may not import by itself: who runs it does that for it. */
function replaceImports(path) {
  const text = readFileSync(path, "utf8");
  const { dynamicImports } = parseSync(path, text, { sourceType: "commonjs" }).module;
  const pieces = dynamicImports.map(({ start }, i) => text.slice(dynamicImports[i - 1]?.start ?? 0, start));
  const rest = text.slice(dynamicImports.at(-1)?.start ?? 0);
  const whole = [...pieces, rest].map((piece, i) => (i === 0 ? piece : piece.replace(/^import/, "hoduImport")));
  writeFileSync(path, whole.join(""));
}

/** The clients of the protocol: where `hodu plugin new` finds them for plugins in other languages, and in the examples. */
const isNoTest = (path) => !/_test\.\w+$|test_|__pycache__/.test(path);
cpSync("clients", `${OUT}/clients`, { recursive: true, filter: isNoTest });
cpSync("clients/python/hodu_plugin.py", "examples/plugins/python/hodu_plugin.py");
for (const name of ["hodu_plugin.c", "hodu_plugin.h"]) cpSync(`clients/c/${name}`, `examples/plugins/c/${name}`);
cpSync("clients/go", "examples/plugins/go/hodu", {
  recursive: true,
  filter: (path) => isNoTest(path) && !path.endsWith("go.mod"),
});

/** What says when each package was compiled. */
const stamps = ["packages", "plugins"]
  .flatMap((folder) => readdirSync(folder).map((name) => `${folder}/${name}/dist/.tsbuildinfo`))
  .map((stamp) => relative(OUT, stamp).replaceAll("\\", "/"));
writeFileSync(`${OUT}/inputs.txt`, `${stamps.join("\n")}\n`);
writeFileSync(`${OUT}/licenses.txt`, bundledLicenses(inputs));

/** What tells this build from all others: artifacts are kept for one build only. */
const buildHash = createHash("sha256");
const outputs = { ...forNode.metafile.outputs, ...forList.metafile.outputs, ...script.metafile.outputs };
for (const path of Object.keys(outputs).sort()) buildHash.update(path).update(readFileSync(path));
writeFileSync(`${OUT}/build-id.txt`, `${buildHash.digest("hex")}\n`);
