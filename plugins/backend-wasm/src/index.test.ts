import { readFileSync } from "node:fs";
import { backendSuite } from "hodu-plugin-sdk/testing";
import { describe, expect, it } from "vitest";
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

describe("the backend", () => {
  for (const { name, run } of backendSuite(() => plugin)) it(name, { timeout: 30_000 }, run);
});
