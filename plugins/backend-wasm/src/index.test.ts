import { readFileSync } from "node:fs";
import { manifestOfPackage, type PluginPackage } from "hodu-plugin-sdk";
import { expect, it } from "vitest";
import plugin from "./index.ts";
import { manifest } from "./manifest.ts";

const packageJson = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as PluginPackage;

it("the manifest is that of package.json", () => {
  expect(manifestOfPackage(packageJson)).toEqual(manifest);
});

it("has a backend that compiles and runs", () => {
  const backend: object = plugin.backends?.["wasm"] ?? {};
  for (const name of ["supports", "compile", "load", "identity"]) expect(backend).toHaveProperty(name);
});
