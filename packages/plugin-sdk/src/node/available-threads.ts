import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";

/** Files of a control group with its share of processor time: in microseconds of each period, `max` or -1 where there is no limit. */
const SHARES = {
  v1: { mount: "sys/fs/cgroup/cpu", quota: "cpu.cfs_quota_us", period: "cpu.cfs_period_us" },
  v2: { mount: "sys/fs/cgroup", quota: "cpu.max", period: "cpu.max" },
} as const;

/**
 * Threads that can run at the same time: the processors that this process may use, or the time that its control groups (v1 and v2) give
 * it, whichever is less; at least 1. `root` holds proc and sys.
 */
export function availableThreads(root = "/"): number {
  let threads = availableParallelism();
  for (const line of readText(join(root, "proc/self/cgroup")).split("\n")) {
    const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    if (path === undefined) continue;
    if (controllers === "") threads = Math.min(threads, shareAlong(root, path, "v2"));
    else if (controllers.split(",").includes("cpu")) threads = Math.min(threads, shareAlong(root, path, "v1"));
  }
  return Math.max(1, Math.ceil(threads));
}

/** The least share of a group and of those around it, in processors. */
function shareAlong(root: string, path: string, version: keyof typeof SHARES): number {
  const { mount, quota, period } = SHARES[version];
  let least = Number.POSITIVE_INFINITY;
  for (let group = path; ; group = dirname(group)) {
    const folder = join(root, mount, group);
    const numbers = readText(join(folder, quota)).trim().split(" ").map(Number);
    const per = version === "v2" ? numbers[1] : Number(readText(join(folder, period)));
    if (numbers[0] > 0 && per > 0) least = Math.min(least, numbers[0] / per);
    if (group === "/" || group === ".") return least;
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
