/** Rows H-288, H-290: what a format does not say that it does is refused before it is asked. */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { type Finished, hodu, temporaryFolder } from "./hodu.ts";
import { JAVASCRIPT, PluginHome, writePlugin } from "./plugins.ts";

const root = temporaryFolder();

it("a format that only reads is read by, and is no format to write", { timeout: 60_000 }, async () => {
  const home = new PluginHome(root);
  await home.plugin(["install", "--path", writePlugin(root, { files: JAVASCRIPT }), "--yes"]);
  const env = { HODU_HOME: home.folder };
  const convert = (from: string, to: string): Promise<Finished> => hodu(["convert", from, "-o", to], { env });
  const [points, json, again] = ["x.pts", "x.json", "again.pts"].map((name) => join(root, name));
  writeFileSync(points, "1 2 3");
  expect(await convert(points, json)).toMatchObject({ status: 0 });
  const { status, stderr } = await convert(json, again);
  expect(status).toBe(66);
  expect(stderr).toContain('no format writes ".pts" files, expected ');
  expect(existsSync(again)).toBe(false);
});
