import { readFileSync } from "node:fs";
import { totalmem } from "node:os";
import { dirname, join } from "node:path";
import { HoduError, quote } from "@hodu/core";

/** Part of the machine, or of its control group, that a run may take when no limit is set. */
const DEFAULT_SHARE = 0.8;

const MEGABYTE = 1 << 20;

/** Control groups without a limit report numbers above this (v1: the largest multiple of a page). */
const NO_LIMIT = 2 ** 60;

/**
 * Bytes that a run may take: `setting` in MB (HODU_MAX_MEMORY; 0: no limit), else 80 % of the machine or of the control group
 * that this process is in, whichever is less. Throws CONFIG.
 */
export function memoryLimit(setting: string | undefined, root = "/"): number {
  if (setting !== undefined && setting !== "") return readSetting(setting);
  return DEFAULT_SHARE * Math.min(totalmem(), controlGroupLimit(root) ?? Number.POSITIVE_INFINITY);
}

function readSetting(setting: string): number {
  const megabytes = /^\d+(\.\d+)?$/.test(setting.trim()) ? Number(setting) : Number.NaN;
  if (Number.isFinite(megabytes)) return megabytes === 0 ? Number.POSITIVE_INFINITY : megabytes * MEGABYTE;
  throw new HoduError("CONFIG", `Cannot use HODU_MAX_MEMORY=${quote(setting)}: expected a number of MB, such as 2048`, {
    hint: "HODU_MAX_MEMORY=2048 hodu run model.onnx",
  });
}

/** The least limit of the control groups (v1 and v2) that this process is in, in bytes; `root` holds proc and sys. */
export function controlGroupLimit(root: string): number | undefined {
  const limits: number[] = [];
  for (const line of readText(join(root, "proc/self/cgroup")).split("\n")) {
    const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    if (path === undefined) continue;
    if (controllers === "") limits.push(...limitsAlong(join(root, "sys/fs/cgroup"), path, "memory.max"));
    else if (controllers.split(",").includes("memory")) {
      limits.push(...limitsAlong(join(root, "sys/fs/cgroup/memory"), path, "memory.limit_in_bytes"));
    }
  }
  return limits.length === 0 ? undefined : Math.min(...limits);
}

/** The limits of a group and of those around it. */
function limitsAlong(mount: string, path: string, file: string): number[] {
  const limits: number[] = [];
  for (let group = path; ; group = dirname(group)) {
    const text = readText(join(mount, group, file)).trim();
    const limit = /^\d+$/.test(text) ? Number(text) : NO_LIMIT;
    if (limit < NO_LIMIT) limits.push(limit);
    if (group === "/" || group === ".") return limits;
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
