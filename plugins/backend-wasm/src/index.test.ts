import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import plugin from "./index.ts";
import { manifest } from "./manifest.ts";

const packageJson = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly description: string;
  readonly hodu: unknown;
};

it("has the manifest of package.json", () => {
  expect(packageJson.hodu).toEqual(manifest);
  const { name, version, license, description } = packageJson;
  expect(manifest).toMatchObject({ id: name, version, license, description });
});

it("has a backend that compiles and runs", () => {
  const backend: object = plugin.backends?.["wasm"] ?? {};
  for (const name of ["supports", "compile", "load", "identity"]) expect(backend).toHaveProperty(name);
});
