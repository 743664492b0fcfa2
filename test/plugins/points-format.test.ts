import { readFileSync } from "node:fs";
import { bytesSink } from "hodu-plugin-sdk";
import { type FormatFixture, formatSuite, sameFormatSuite } from "hodu-plugin-sdk/testing";
import { afterAll, describe, expect, it } from "vitest";
import { buildProcesses } from "./build-processes.ts";
import plugin, { manifest } from "./fixtures/points-format.ts";
import { describeBothWays } from "./suites.ts";

const processes = buildProcesses();
afterAll(async () => (await processes).remove());

const many = Array.from({ length: 2500 }, (_, i) => `${i} ${i / 7} -1e-300\n`).join("");
const fixtures: readonly FormatFixture[] = [
  { name: "few.xyz", kind: "tensors", bytes: new TextEncoder().encode("1 2.5 -0\nNaN Infinity 5e-324\n") },
  { name: "many.xyz", kind: "tensors", bytes: new TextEncoder().encode(many) },
];

describe("the format of docs/adding-a-format.md", () => {
  describeBothWays(plugin, manifest, async () => (await processes).program("points"), {
    each: (load) => formatSuite(load, fixtures),
    both: (one, other) => sameFormatSuite(one, other, fixtures),
  });

  it("stands on its page as it is here", () => {
    const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");
    const [, shown] = /```ts\n(import \{ definePlugin[^]*?)```/.exec(read("../../docs/adding-a-format.md")) ?? [];
    expect(shown).toBe(read("fixtures/points-format.ts"));
  });

  it("refuses what it cannot hold", async () => {
    const quiet = { signal: new AbortController().signal, log() {}, progress() {} };
    const save = plugin.formats!.points.saveTensors!({ values: [], metadata: [] }, bytesSink("a.xyz"), quiet);
    await expect(save).rejects.toMatchObject({ code: "UNSUPPORTED" });
  });
});
