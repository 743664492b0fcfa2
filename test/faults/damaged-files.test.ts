/** I13: what Hodu keeps beside plugins, damaged in every way: a list that was made by hand is named with what to do, the rest is made anew. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { hodu, temporaryFolder } from "../cli/hodu.ts";
import { JAVASCRIPT, PluginHome, writePlugin } from "../cli/plugins.ts";
import { atMostAtOnce } from "./at-most-at-once.ts";

const root = temporaryFolder();
const AT_ONCE = 3;
const CUTS = process.env["HODU_FULL_TESTS"] === undefined ? 4 : 100;

const project = join(root, "project");
let home: PluginHome;
beforeAll(async () => {
  home = new PluginHome(root);
  await home.plugin(["install", "--path", writePlugin(root, { files: JAVASCRIPT }), "--yes"]);
  mkdirSync(join(project, "hodu_plugins"), { recursive: true });
  cpSync(writePlugin(root, { name: "hodu-format-own", files: JAVASCRIPT }), join(project, "hodu_plugins/own"), {
    recursive: true,
  });
  await home.plugin(["trust", project]);
  await home.plugin(["list"], { cwd: project });
  const times = [Date.now(), Date.now()];
  const crashes = { schema: 1, plugins: [{ name: "hodu-format-own", times, quarantined: false }] };
  writeFileSync(join(home.folder, "crashes.json"), JSON.stringify(crashes));
  writeFileSync(join(home.folder, "config.toml"), "[runtime]\nnum_threads = 2\n");
}, 60_000);

/** A file of the home, and whether the user's words are in it, so that it cannot be made anew. */
const FILES = [
  ["plugins.json", "refused"],
  ["trusted.json", "refused"],
  ["config.toml", "refused"],
  ["crashes.json", "made anew"],
  ["plugin-index.json", "made anew"],
] as const;

type Damage = readonly [name: string, make: (whole: string) => Uint8Array | string];

const DAMAGES: readonly Damage[] = [
  ["empty", () => ""],
  ["binary", () => Uint8Array.from({ length: 300 }, (_, i) => (i * 7 + 128) & 255)],
  ["with a byte order mark", (whole) => `\uFEFF${whole}`],
  ["an array", (whole) => `[${whole}]`],
  ["a number", () => "5"],
  ["of a newer schema", (whole) => whole.replace(/"schema": ?\d+/, '"schema":99')],
  ["with text where there was a list", (whole) => whole.replaceAll(/\[[^[\]]*\]/g, '"x"')],
  ["twice as long", (whole) => whole + whole],
  ...Array.from({ length: CUTS }, (_, i): Damage => {
    const share = (i + 1) / (CUTS + 1);
    return [`cut off after ${share.toFixed(3)}`, (whole) => whole.slice(0, Math.floor(whole.length * share))];
  }),
];

/** A command in a copy of the home in which the file is damaged. */
async function runDamaged(file: string, [name, make]: Damage) {
  const folder = mkdtempSync(join(root, "copy-"));
  cpSync(home.folder, folder, { recursive: true });
  writeFileSync(join(folder, file), make(readFileSync(join(home.folder, file), "utf8")));
  const { status, stdout, stderr } = await hodu(["plugin", "list", "--json"], {
    cwd: project,
    env: { HODU_HOME: folder },
  });
  rmSync(folder, { recursive: true });
  return { name, status, stdout, stderr };
}

describe.each(FILES)("I13: %s that is damaged", (file, outcome) => {
  it(`is ${outcome}, and nothing says where in Hodu it failed`, { timeout: 300_000 }, async () => {
    const results = await atMostAtOnce(AT_ONCE, DAMAGES.length, (i) => runDamaged(file, DAMAGES[i]));
    for (const { name, status, stdout, stderr } of results) {
      expect([name, stderr]).not.toEqual([name, expect.stringMatching(/Hodu itself failed|^\s+at .*:\d+:\d+/m)]);
      if (status === 0) {
        expect([name, stdout]).toEqual([name, expect.stringContaining("hodu-format-points")]);
        if (outcome === "made anew") expect([name, stdout]).toEqual([name, expect.stringContaining("hodu-format-own")]);
        continue;
      }
      expect([name, outcome, status]).toEqual([name, "refused", 78]);
      expect([name, stderr]).toEqual([name, expect.stringContaining(file)]);
      expect([name, stderr]).toEqual([name, expect.stringMatching(/^hint: \S+/m)]);
    }
    const refused = results.filter(({ status }) => status !== 0).length;
    expect(refused > 0).toBe(outcome === "refused");
  });
});
