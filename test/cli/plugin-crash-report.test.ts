/** Rows H-309, H-310, H-312, H-313. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { hodu, temporaryFolder } from "./hodu.ts";
import { PluginHome, writePlugin } from "./plugins.ts";

const root = temporaryFolder();
const file = join(root, "x.pts");
writeFileSync(file, "1 2");

/** Ends its process at the first call, by a signal that nothing catches. */
const CRASHING = `export default { formats: { points: { async loadTensors() {
  console.error("index out of bounds");
  process.kill(process.pid, "SIGKILL");
  await new Promise(() => {});
} } } };`;

it("a plugin that crashes is one error with its last words, where to report it, and how to do without it", {
  timeout: 60_000,
}, async () => {
  const bugs = "https://example.com/issues";
  const folder = writePlugin(root, { files: { "dist/index.js": CRASHING }, hodu: { bugs } });
  const env = { HODU_HOME: new PluginHome(root).folder, HODU_PLUGIN_PATH: folder };
  const { status, stderr } = await hodu(["inspect", file], { env });
  expect(status).toBe(70);
  expect(stderr).toContain('the process of plugin "hodu-format-points" was ended by signal SIGKILL');
  expect(stderr).toContain("index out of bounds");
  expect(stderr).toContain(`Please report it to:\n  ${bugs}\n`);
  expect(stderr).toContain("Workaround:\n  - Do without it: hodu plugin disable hodu-format-points");
  expect(stderr).not.toContain("Hodu itself failed");
});
