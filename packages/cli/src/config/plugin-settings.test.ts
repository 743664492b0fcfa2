import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { setInFile, unsetInFile } from "./change-config.ts";
import { openConfig } from "./config.ts";
import { findKey } from "./find-key.ts";
import { settingsOfPlugin } from "./settings-of-plugin.ts";

function homeWith(text: string): { readonly file: string; readonly environment: NodeJS.ProcessEnv } {
  const home = mkdtempSync(join(tmpdir(), "hodu-plugin-settings-"));
  const file = join(home, "config.toml");
  writeFileSync(file, text);
  return { file, environment: { HODU_HOME: home } };
}

async function settings(text: string, id: string, more: NodeJS.ProcessEnv = {}): Promise<Record<string, string>> {
  const environment = { ...homeWith(text).environment, ...more };
  return Object.fromEntries(settingsOfPlugin(await openConfig(environment), environment, id));
}

const FILE = `
[plugins]
auto_install = true
[plugins.npy]
threads = 4
Fast = true
path = "/tmp/x"
[plugins.hodu-format-npy]
threads = 2
ratio = 0.5
[plugins."@acme/tool"]
key = "k"
`;

it("has the settings of a plugin's table, that of its short name before that of its id", async () => {
  expect(await settings(FILE, "hodu-format-npy")).toEqual({ threads: "4", fast: "true", path: "/tmp/x", ratio: "0.5" });
  expect(await settings(FILE, "@acme/tool")).toEqual({ key: "k" });
  expect(await settings(FILE, "hodu-format-onnx")).toEqual({});
});

it("has variables before the file, and takes no variable of Hodu's own for one", async () => {
  const more = {
    HODU_PLUGIN_NPY_THREADS: "8",
    HODU_PLUGIN_HODU_FORMAT_NPY_OTHER: "x",
    HODU_PLUGIN_NPY_EMPTY: "",
    HODU_PLUGIN_PATH: "/plugins",
  };
  expect(await settings("[plugins.npy]\nthreads = 4\n", "hodu-format-npy", more)).toEqual({ threads: "8", other: "x" });
  expect(await settings("", "hodu-format-auto", { HODU_PLUGIN_AUTO_UPDATE_CHECK: "no" })).toEqual({});
});

it("is refused where it is no table of settings, with its line", async () => {
  const { environment } = homeWith("[plugins]\nnpy = 4\n[plugins.onnx]\nx = [1]\n");
  await expect(openConfig(environment)).rejects.toThrow(
    /line 2: "plugins" has "npy" = 4, expected a table with the settings of the plugin\n.*"plugins" has "onnx" with a wrong "x", expected text/,
  );
});

it("is set and unset in a table of its own", async () => {
  const { file } = homeWith("[plugins]\nauto_install = false\n");
  await setInFile(file, findKey("plugins.npy.threads"), "8");
  await setInFile(file, findKey("plugins.npy.path"), "/tmp");
  expect(readFileSync(file, "utf8")).toBe(
    '[plugins]\nauto_install = false\n\n[plugins.npy]\nthreads = "8"\npath = "/tmp"\n',
  );
  await unsetInFile(file, "plugins.npy.threads");
  expect(readFileSync(file, "utf8")).toBe('[plugins]\nauto_install = false\n\n[plugins.npy]\npath = "/tmp"\n');
});
