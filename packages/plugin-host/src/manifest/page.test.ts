import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { checkManifest } from "./check-manifest.ts";
import { MAX_COMPONENTS, MAX_ENTRIES, MAX_NAME } from "./limits.ts";

const page = readFileSync(new URL("../../../../docs/plugin-manifest.md", import.meta.url), "utf8");
const [, example = ""] = /```json\n(.*?)```/s.exec(page) ?? [];

it("the manifest of docs/plugin-manifest.md keeps the rules", () => {
  expect(checkManifest(JSON.parse(example), "docs")).toMatchObject({ id: "hodu-format-points", name: "Points" });
});

it("the page says the limits as they are", () => {
  const written = (limit: number): string => limit.toLocaleString("en-US");
  expect(page).toContain(`at most ${written(MAX_COMPONENTS)} components, ${written(MAX_ENTRIES)} entries in a list`);
  expect(page).toContain(`names of at most ${MAX_NAME} characters`);
});

it.each(["name", "version", "description", "author", "license", "peerDependencies", "hodu"])(
  "a package.json without %s is refused, as the page says",
  (member) => {
    const { [member]: _, ...rest } = JSON.parse(example) as Record<string, unknown>;
    expect(() => checkManifest(rest, "docs")).toThrow(member);
  },
);
