import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { PluginRegistry } from "../life/plugin-registry.ts";
import { pluginStore } from "../store/plugin-store.ts";
import { readInstalled } from "../store/read-installed.ts";
import { DevSession } from "./dev-session.ts";

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "hodu-dev-")));
  mkdirSync(join(root, "plugin/node_modules"), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true }));

const PACKAGE = {
  name: "hodu-extension-dev",
  version: "1.0.0",
  description: "Is being written.",
  author: "Someone",
  license: "MIT",
  type: "module",
  exports: "./index.js",
  peerDependencies: { "hodu-plugin-sdk": "^0.3.0" },
  hodu: { components: [{ kind: "extension", name: "dev" }] },
};

function write(code: string): void {
  writeFileSync(join(root, "plugin/package.json"), JSON.stringify(PACKAGE));
  writeFileSync(join(root, "plugin/index.js"), code);
}

it("goes on with the next build where the first does not load", async () => {
  const store = pluginStore(join(root, "home"));
  const registry = new PluginRegistry();
  const options = { store, source: join(root, "plugin"), id: PACKAGE.name, signal: new AbortController().signal };
  const session = await DevSession.open({ ...options, registry });
  write('throw new Error("not yet");');
  await expect(session.rebuild()).rejects.toThrow("not yet");
  expect(readInstalled(store.home).plugins).toEqual([]);
  for (const state of ["first", "second"]) {
    write(`export default { onLoad() {} }; // ${state}`);
    await session.rebuild();
    expect(registry.find(PACKAGE.name).state).toBe("active");
    expect(readInstalled(store.home).plugins).toHaveLength(1);
  }
  await registry.shutDown();
  await session.close();
  expect(readInstalled(store.home).plugins).toEqual([]);
});
