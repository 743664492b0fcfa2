import { readFileSync } from "node:fs";
import { manifestOfPackage, type PluginPackage } from "hodu-plugin-sdk";
import { expect, test } from "vitest";
import { manifest } from "./manifest.ts";
import plugin from "./index.ts";

const packageJson = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as PluginPackage;

test("the manifest is that of package.json", () => {
  expect(manifestOfPackage(packageJson)).toEqual(manifest);
});

test("the format has what its capabilities say", () => {
  expect(plugin.manifest).toBe(manifest);
  const format: object = plugin.formats?.onnx ?? {};
  expect(Object.keys(format).sort()).toEqual(["loadModel", "loadTensors", "saveModel", "saveTensors"]);
});
