#!/usr/bin/env node
/**
 * Writes packages/cli/src/generated from the plugins' package.json files and docs/errors.md, and packages/compiler/src/generated
 * from the C files of the runtime. `--check` only says whether they are current.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));

const CLI = "packages/cli/src/generated";
const COMPILER = "packages/compiler/src/generated";
const C_RUNTIME = "packages/compiler/src/c/runtime";
const HEADER = "// Written by tools/generate.mjs. Do not edit.\n";

/** The bundled plugins that run in a page as well: `npm run layers` holds them to that. */
const IN_PAGES = ["hodu-backend-wasm", "hodu-format-onnx", "hodu-format-safetensors"];

const files = {
  [`${CLI}/bundled-plugins.ts`]: bundledPlugins(
    "@hodu/plugin-host",
    "/** The plugins that come with Hodu: what they are, without loading them. */",
    () => true,
  ),
  [`${CLI}/page-plugins.ts`]: bundledPlugins(
    "@hodu/plugin-host/in-process",
    "/** The plugins that a page has: what they are, without loading them. */",
    (name) => IN_PAGES.includes(name),
  ),
  [`${CLI}/error-pages.ts`]: errorPages(),
  [`${COMPILER}/c-runtime.ts`]: cRuntime(),
};

let stale = 0;
for (const [path, text] of Object.entries(files)) {
  if (existsSync(path) && readFileSync(path, "utf8") === text) continue;
  stale += 1;
  if (process.argv.includes("--check")) {
    console.error(`${path} is not current, repair: npm run generate`);
    process.exitCode = 1;
  } else {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    console.log(`wrote ${path}`);
  }
}
if (stale === 0) console.log(`${CLI} and ${COMPILER} are current`);

/** Plugins of plugins/, as data and with the way to load each. */
function bundledPlugins(host, comment, isWanted) {
  const entries = readdirSync("plugins")
    .map((folder) => join("plugins", folder, "package.json"))
    .filter((path) => existsSync(path))
    .map((path) => JSON.parse(readFileSync(path, "utf8")))
    .filter(({ name, hodu }) => hodu !== undefined && isWanted(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((packageJson) => {
      const manifest = JSON.stringify(manifestOf(packageJson), null, 2).replaceAll("\n", "\n    ");
      return `  listInProcess(${manifest}, "bundled", async () => (await import("${packageJson.name}")).default),\n`;
    });
  return `${HEADER}import { type ListedPlugin, listInProcess } from "${host}";

${comment}
export const BUNDLED_PLUGINS: readonly ListedPlugin[] = [
${entries.join("")}];
`;
}

/** As the host reads it. */
function manifestOf({ name, version, description, author, license, peerDependencies, hodu }) {
  return { id: name, version, description, author, license, sdk: peerDependencies["hodu-plugin-sdk"], ...hodu };
}

/** The text below each heading of docs/errors.md that is an error code. */
function errorPages() {
  const text = existsSync("docs/errors.md") ? readFileSync("docs/errors.md", "utf8") : "";
  const pages = text
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const end = section.indexOf("\n");
      return [section.slice(0, end).trim().replaceAll("`", ""), section.slice(end).trim()];
    })
    .filter(([heading]) => /^[A-Z][A-Z_]+$/.test(heading));
  const lines = pages.map(([code, page]) => `  ${code}: ${JSON.stringify(page)},\n`);
  return `${HEADER}
/** What docs/errors.md says of each code. */
export const ERROR_PAGES: Readonly<Record<string, string>> = {
${lines.join("")}};
`;
}

/** The C files that generated code is compiled with, as texts. */
function cRuntime() {
  const names = readdirSync(C_RUNTIME).sort();
  const texts = names.map(
    (name) => `  ${JSON.stringify(name)}: ${JSON.stringify(readFileSync(join(C_RUNTIME, name), "utf8"))},\n`,
  );
  return `${HEADER}
/** The C files of the runtime by name. */
export const RUNTIME_FILES = {
${texts.join("")}} as const;
`;
}
