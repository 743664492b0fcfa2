import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { availableThreads } from "./available-threads.ts";

const processors = availableParallelism();

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "hodu-threads-"));
});
afterEach(() => rmSync(root, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

test("without control groups it is what the system lets the process use", () => {
  expect(availableThreads(root)).toBe(processors);
});

test("a share of a group of version 2 is rounded up, the least one on the way to the root counts", () => {
  write("proc/self/cgroup", "0::/outer/inner\n");
  write("sys/fs/cgroup/outer/inner/cpu.max", "max 100000\n");
  expect(availableThreads(root)).toBe(processors);
  write("sys/fs/cgroup/outer/cpu.max", "110000 100000\n");
  expect(availableThreads(root)).toBe(Math.min(processors, 2));
  write("sys/fs/cgroup/cpu.max", "10000 100000\n");
  expect(availableThreads(root)).toBe(1);
});

test("a share of a group of version 1 counts, no limit and other controllers do not", () => {
  write("proc/self/cgroup", "4:memory:/m\n2:cpu,cpuacct:/job\n");
  write("sys/fs/cgroup/cpu/job/cpu.cfs_quota_us", "-1\n");
  write("sys/fs/cgroup/cpu/job/cpu.cfs_period_us", "100000\n");
  write("sys/fs/cgroup/memory/m/cpu.cfs_quota_us", "1000\n");
  expect(availableThreads(root)).toBe(processors);
  write("sys/fs/cgroup/cpu/job/cpu.cfs_quota_us", "50000\n");
  expect(availableThreads(root)).toBe(1);
});
