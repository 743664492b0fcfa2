import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { totalmem, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { HoduError } from "@hodu/core";
import { afterAll, expect, test } from "vitest";
import { controlGroupLimit, memoryLimit } from "./memory-limit.ts";

const root = mkdtempSync(join(tmpdir(), "hodu-limit-"));
afterAll(() => rmSync(root, { recursive: true }));

function machine(name: string, files: Readonly<Record<string, string>>): string {
  for (const [path, text] of Object.entries(files)) {
    const file = join(root, name, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return join(root, name);
}

test("a setting is in MB; 0 is no limit", () => {
  expect(memoryLimit("2048")).toBe(2 ** 31);
  expect(memoryLimit("0.5")).toBe(2 ** 19);
  expect(memoryLimit("0")).toBe(Number.POSITIVE_INFINITY);
});

test.each(["lots", "-1", "1e3", "2 GB"])("a setting of %j is refused", (setting) => {
  expect(() => memoryLimit(setting)).toThrow(HoduError);
});

test("without a setting it is 80 % of the machine", () => {
  const bare = machine("bare", { "proc/self/cgroup": "" });
  expect(memoryLimit(undefined, bare)).toBe(0.8 * totalmem());
  expect(memoryLimit("", bare)).toBe(0.8 * totalmem());
});

test("the least limit of the groups around the process counts, in version 2", () => {
  const limits = machine("v2", {
    "proc/self/cgroup": "0::/a/b\n",
    "sys/fs/cgroup/a/b/memory.max": "max\n",
    "sys/fs/cgroup/a/memory.max": "4096000\n",
  });
  expect(controlGroupLimit(limits)).toBe(4_096_000);
  expect(memoryLimit(undefined, limits)).toBe(0.8 * 4_096_000);
});

test("so it is in version 1, where the group's own folder may be out of sight", () => {
  const limits = machine("v1", {
    "proc/self/cgroup": "5:devices:/x\n4:memory:/docker/abc\n",
    "sys/fs/cgroup/memory/memory.limit_in_bytes": "8192000\n",
  });
  expect(controlGroupLimit(limits)).toBe(8_192_000);
});

test("a group without a limit has none", () => {
  const limits = machine("none", {
    "proc/self/cgroup": "4:memory:/\n0::/\n",
    "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
    "sys/fs/cgroup/memory.max": "max\n",
  });
  expect(controlGroupLimit(limits)).toBeUndefined();
});
