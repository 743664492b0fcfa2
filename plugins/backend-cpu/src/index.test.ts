import { readFileSync } from "node:fs";
import { manifestOfPackage, type PluginPackage } from "hodu-plugin-sdk";
import { expect, test } from "vitest";
import { manifest } from "./manifest.ts";
import plugin from "./index.ts";

const packageJson = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as PluginPackage;

test("the manifest is that of package.json", () => {
  expect(manifestOfPackage(packageJson)).toEqual(manifest);
});

test("the backend runs models", () => {
  expect(plugin.manifest).toBe(manifest);
  const backend: object = plugin.backends?.cpu ?? {};
  for (const name of ["supports", "compile", "load", "available", "identity"]) expect(backend).toHaveProperty(name);
});
