import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { pluginStore } from "../store/plugin-store.ts";
import { crashesInFile } from "./crash-file.ts";
import { crashesInMemory } from "./crash-record.ts";
import { CRASH_WINDOW_MS } from "./limits.ts";

const newStore = (): ReturnType<typeof pluginStore> => pluginStore(mkdtempSync(join(tmpdir(), "hodu-crashes-")));

describe.each([
  ["in memory", crashesInMemory],
  ["in a file", (clock: () => number) => crashesInFile(newStore(), clock)],
])("a record of crashes %s", (_, open) => {
  it("quarantines a plugin after three crashes in five minutes, until it is forgotten", async () => {
    let now = 1e12;
    const record = open(() => now);
    const crash = (plugin: string, after: number): Promise<boolean> => {
      now += after;
      return record.add(plugin);
    };
    expect([await crash("a", 0), await crash("b", 1), await crash("a", 1000)]).toEqual([false, false, false]);
    expect(await crash("a", CRASH_WINDOW_MS - 1002)).toBe(true);
    expect([record.isQuarantined("a"), record.isQuarantined("b"), record.isQuarantined("c")]).toEqual([
      true,
      false,
      false,
    ]);
    now += 10 * CRASH_WINDOW_MS;
    expect(record.isQuarantined("a")).toBe(true);
    await record.forget("a");
    expect(record.isQuarantined("a")).toBe(false);
    expect(await crash("a", 0)).toBe(false);
  });

  it("lets crashes be that lie apart", async () => {
    let now = 1e12;
    const record = open(() => now);
    for (let i = 0; i < 10; i++) {
      expect(await record.add("a")).toBe(false);
      now += CRASH_WINDOW_MS / 2 + 1;
    }
  });
});

describe("the file", () => {
  it("holds over processes, loses no crash of several at a time, and takes names for what they are", async () => {
    const store = newStore();
    await Promise.all(["a", "__proto__", "a", "constructor", "a"].map((plugin) => crashesInFile(store).add(plugin)));
    const record = crashesInFile(store);
    expect(["a", "__proto__", "constructor", "toString"].map((plugin) => record.isQuarantined(plugin))).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  it.each([
    "",
    "{",
    "[]",
    "null",
    '{"plugins":{"a":1}}',
    '{"plugins":[null,{"name":1},{"name":"a","times":"x"},{"name":"a","times":[1e99,null]}]}',
    "\uFEFF{}",
    "\0\0",
  ])("counts as empty when it is damaged as in %j", async (text) => {
    const store = newStore();
    const file = join(store.home, "crashes.json");
    writeFileSync(file, text);
    const record = crashesInFile(store);
    expect(record.isQuarantined("a")).toBe(false);
    expect(await record.add("a")).toBe(false);
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ schema: 1, plugins: [{ name: "a" }] });
  });
});
