/**
 * Holds the docs to the code: every relative link leads somewhere, the error codes of core and the headings of
 * docs/errors.md are the same set, docs/operators.md is what the operator table gives, docs/kernel-functions.md what the
 * table of bounds gives, docs/sdk-api.md and docs/plugin-manifest.md what the doc comments give, and the settings of docs/config.md what
 * `hodu config list` gives (`--write` writes these pages); docs/troubleshooting.md leads to every error code.
 */
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { compareErrorCodes } from "./docs/error-codes.ts";
import { compareFunctionTable, writeFunctionPage } from "./docs/function-table.ts";
import { compareManifestFields, writeManifestFields } from "./docs/manifest-fields.ts";
import { readHeadings, readLinks, slugsOf } from "./docs/markdown.ts";
import { compareOperatorTable, writeOperatorPage } from "./docs/operator-table.ts";
import { missingCodes } from "./docs/troubleshooting-codes.ts";
import { compareApiPage, writeApiPage } from "./docs/sdk-api.ts";
import { compareSettingList, writeSettingList } from "./docs/setting-list.ts";

const root = process.cwd();
if (process.argv.includes("--write")) {
  writeFileSync(join(root, "docs/operators.md"), writeOperatorPage());
  writeFileSync(join(root, "docs/kernel-functions.md"), writeFunctionPage());
  writeFileSync(join(root, "docs/sdk-api.md"), writeApiPage());
  writeFileSync(join(root, "docs/plugin-manifest.md"), writeManifestFields(read("docs/plugin-manifest.md")));
  writeFileSync(join(root, "docs/config.md"), writeSettingList(read("docs/config.md")));
}
const problems: string[] = [];
const pages = ["README.md", ...markdownBelow("docs")].filter((page) => existsSync(join(root, page)));
let links = 0;

for (const page of pages) {
  for (const { target, line } of readLinks(read(page))) {
    links += 1;
    const problem = checkLink(page, target);
    if (problem !== undefined) problems.push(`${page}:${line}: ${problem}`);
  }
}
if (pages.length === 0) problems.push("no page was looked at: run this from the root of the repository");

const codes = compareErrorCodes(read("packages/core/src/errors/codes.ts"), read("docs/errors.md"));
problems.push(...codes.problems, ...compareOperatorTable(read("docs/operators.md")));
problems.push(...compareFunctionTable(read("docs/kernel-functions.md")));
problems.push(...compareSettingList(read("docs/config.md")), ...compareApiPage(read("docs/sdk-api.md")));
problems.push(
  ...missingCodes(read("docs/troubleshooting.md")),
  ...compareManifestFields(read("docs/plugin-manifest.md")),
);

for (const problem of problems) console.error(`docs: ${problem}`);
if (problems.length > 0) process.exit(1);
console.log(`docs: ${pages.length} pages, ${links} relative links, ${codes.count} error codes`);

function checkLink(page: string, target: string): string | undefined {
  const [path = "", fragment] = target.split("#", 2);
  const file = path === "" ? join(root, page) : resolve(root, dirname(page), decodeURIComponent(path));
  if (!existsSync(file)) return `the link "${target}" leads nowhere: ${relative(root, file)} does not exist`;
  if (fragment === undefined || !file.endsWith(".md") || statSync(file).isDirectory()) return undefined;
  const slugs = slugsOf(readHeadings(readFileSync(file, "utf8")));
  return slugs.has(fragment) ? undefined : `the link "${target}" leads to no heading of ${relative(root, file)}`;
}

function markdownBelow(folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .sort()
    .map((name) => `${folder}/${name}`);
}

function read(path: string): string {
  const file = join(root, path);
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}
