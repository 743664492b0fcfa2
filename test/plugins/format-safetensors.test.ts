import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openFile } from "@hodu/engine/node";
import { type FormatFixture, formatSuite, sameFormatSuite } from "hodu-plugin-sdk/testing";
import { afterAll, describe, expect, it } from "vitest";
import plugin from "../../plugins/format-safetensors/src/index.ts";
import { entry, safetensorsBytes } from "../../plugins/format-safetensors/src/testing/build-safetensors.ts";
import { load, quiet, save, tensor, tensorsOf } from "../../plugins/format-safetensors/src/testing/load-and-save.ts";
import { buildProcesses } from "./build-processes.ts";
import { describeBothWays } from "./suites.ts";

const processes = buildProcesses();
afterAll(async () => (await processes).remove());

const folder = mkdtempSync(join(tmpdir(), "hodu-safetensors-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const bytes = Uint8Array.from({ length: 64 }, (_, i) => i * 7);
const fixtures: readonly FormatFixture[] = [
  {
    name: "small.safetensors",
    kind: "tensors",
    bytes: await save(
      [
        tensor("weights", "f32", [2, 3], bytes.subarray(0, 24)),
        tensor("__proto__", "bf16", [4], bytes.subarray(0, 8)),
        tensor("empty", "i64", [0, 5], bytes.subarray(0, 0)),
        tensor("packed", "f4e2m1", [6], bytes.subarray(0, 3)),
      ],
      [["format", "pt"]],
    ),
  },
  {
    name: "unaligned.safetensors",
    kind: "tensors",
    bytes: safetensorsBytes(
      `${JSON.stringify({ d: entry("F64", [2], 0, 16), b: entry("U8", [3], 16, 19) })} `,
      bytes.subarray(0, 19),
    ),
  },
];

describe("the safetensors format", () => {
  describeBothWays(plugin, plugin.manifest, async () => (await processes).program("safetensors"), {
    each: (loaded) => formatSuite(loaded, fixtures),
    both: (one, other) => sameFormatSuite(one, other, fixtures),
  });

  it("lists a file of 10 GB, of which almost nothing is on the disk, without reading its data", async () => {
    const [count, each] = [10, 2 ** 30];
    const header = JSON.stringify(
      Object.fromEntries(
        Array.from({ length: count }, (_, i) => [`w${i}`, entry("F32", [each / 4], i * each, (i + 1) * each)]),
      ),
    );
    const start = safetensorsBytes(header.padEnd(Math.ceil(header.length / 8) * 8));
    const path = join(folder, "sparse.safetensors");
    const file = openSync(path, "w");
    writeSync(file, start);
    ftruncateSync(file, start.length + count * each);
    closeSync(file);
    const before = process.memoryUsage().rss;
    const { values } = await plugin.formats!.safetensors.loadTensors!(await openFile(path), {}, quiet);
    expect(values.map(({ name }) => name)).toEqual(Array.from({ length: count }, (_, i) => `w${i}`));
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 2 ** 20);
    const last = tensorsOf({ values, metadata: [] }).get("w9");
    expect([last?.shape, last?.data.at(-1)]).toEqual([[each / 4], 0]);
  });

  it("keeps what it holds when it is written again", async () => {
    for (const fixture of fixtures) {
      const { values, metadata } = await load(fixture.bytes);
      const again = await load(await save(values, metadata));
      expect(tensorsOf(again)).toEqual(tensorsOf({ values, metadata }));
      expect(again.metadata).toEqual(metadata);
    }
  });
});
