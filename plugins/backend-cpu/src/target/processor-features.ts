import { readFileSync } from "node:fs";

let features: ReadonlySet<string> | undefined;

/**
 * What this machine's x86 processor can do beyond its base and the system lets programs use, by the names that Linux gives
 * (`avx2`, `avx512_vnni`). Empty on other systems and processors.
 */
export function processorFeatures(): ReadonlySet<string> {
  features ??= new Set(process.arch === "x64" && process.platform === "linux" ? readFlags() : []);
  return features;
}

function readFlags(): readonly string[] {
  try {
    const line = /^flags\s*:(.*)$/m.exec(readFileSync("/proc/cpuinfo", "utf8"));
    return line?.[1].trim().split(/\s+/) ?? [];
  } catch {
    return [];
  }
}
