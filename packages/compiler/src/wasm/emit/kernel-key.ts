import type { Kernel } from "@hodu/core/kernel-ir";

const NAMES = new Set(["name", "index", "buffer", "array"]);

/** A text that is the same for kernels that differ only in names and origins. */
export function kernelKey({ buffers, sizes, body }: Kernel): string {
  const names = new Map<string, number>();
  return JSON.stringify({ buffers, sizes: sizes.map((name) => ({ name })), body }, (field, value: unknown) => {
    if (typeof value === "bigint") return `${value}n`;
    if (typeof value === "number" && field === "value") return Object.is(value, -0) ? "-0" : `${value}`;
    if (typeof value !== "string" || !NAMES.has(field)) return value;
    const number = names.get(value) ?? names.size;
    names.set(value, number);
    return number;
  });
}
