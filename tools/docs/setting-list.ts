import { execFileSync } from "node:child_process";
import { join } from "node:path";

/** What `hodu config list --json` says of a setting, as far as the page tells it. */
interface Setting {
  readonly key: string;
  readonly description: string;
  readonly expected: string;
  readonly default: unknown;
  readonly otherwise?: string;
  readonly variables: readonly string[];
  readonly flag?: string;
  readonly waits_for?: string;
}

const START = "<!-- settings: written by npm run docs -- --write -->\n";
const END = "<!-- end of settings -->";

/** The page with the lists of all settings between its two marks. Throws when it has no marks. */
export function writeSettingList(page: string): string {
  const start = page.indexOf(START);
  const end = page.indexOf(END);
  if (start < 0 || end < start) throw new Error(`Cannot write docs/config.md: expected the marks ${START} and ${END}`);
  return `${page.slice(0, start + START.length)}\n${settingList(listSettings())}\n${page.slice(end)}`;
}

/** What is wrong with the page: nothing, or that its lists are not what the command lists. */
export function compareSettingList(page: string): readonly string[] {
  return page === writeSettingList(page)
    ? []
    : ["docs/config.md is not what the settings of the command give: npm run docs -- --write"];
}

function listSettings(): readonly Setting[] {
  const hodu = join(process.cwd(), "packages/cli/bin/hodu.js");
  const env = { HODU_HOME: join(process.cwd(), "packages/cli/no-such-folder") };
  return JSON.parse(execFileSync(process.execPath, [hodu, "config", "list", "--json"], { env, encoding: "utf8" }));
}

/** One list for each table of the file. */
export function settingList(settings: readonly Setting[]): string {
  const tables = new Map<string, Setting[]>();
  for (const setting of settings) {
    const name = setting.key.includes(".") ? setting.key.slice(0, setting.key.lastIndexOf(".")) : "";
    const table = typeof setting.default === "object" && !Array.isArray(setting.default) && setting.default !== null;
    const title = table ? `[${setting.key}]` : name === "" ? "Before all tables" : `[${name}]`;
    tables.set(title, [...(tables.get(title) ?? []), setting]);
  }
  return Array.from(tables, ([title, rows]) => `### ${title}\n\n${rows.map(describe).join("")}`).join("\n");
}

function describe({
  key,
  description,
  expected,
  default: usual,
  otherwise,
  variables,
  flag,
  waits_for,
}: Setting): string {
  const shown = usual === null ? (otherwise ?? "none") : `\`${JSON.stringify(usual)}\``;
  const sources = [...variables, ...(flag === undefined ? [] : [flag])].map((name) => `\`${name}\``).join(", ");
  const note = waits_for === undefined ? "" : ` No effect yet: it is for ${waits_for}.`;
  return `- \`${key}\`: ${description}. It is ${expected}; default: ${shown}.${note}\n  Also: ${sources}\n`;
}
