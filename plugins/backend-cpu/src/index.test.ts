import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { manifest } from "./manifest.ts";
import plugin from "./index.ts";

const packageJson = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly description: string;
  readonly hodu: unknown;
};

test("the manifest is the hodu key of package.json", () => {
  expect(packageJson.hodu).toEqual(manifest);
  const { name, version, license, description } = packageJson;
  expect(manifest).toMatchObject({ id: name, version, license, description });
});

test("the backend runs models", () => {
  expect(plugin.manifest).toBe(manifest);
  const backend: object = plugin.backends?.cpu ?? {};
  for (const name of ["supports", "compile", "load", "available", "identity"]) expect(backend).toHaveProperty(name);
});
