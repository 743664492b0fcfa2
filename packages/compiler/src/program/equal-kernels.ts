import type { Kernel } from "@hodu/core/kernel-ir";

/** Members of the kernel IR that hold names; `index` is a name in loops, an expression elsewhere. */
const NAMES: ReadonlySet<string> = new Set(["name", "buffer", "array", "index"]);

/** A text that two kernels have in common exactly when they are equal but for names and origins. */
export function kernelKey({ buffers, sizes, body }: Kernel): string {
  const numbers = new Map<string, number>();
  const numberOf = (name: string): number => {
    const known = numbers.get(name) ?? numbers.size;
    numbers.set(name, known);
    return known;
  };
  const parts: string[] = [];
  const write = (member: string, value: unknown): void => {
    if (typeof value === "string") parts.push(NAMES.has(member) ? `#${numberOf(value)}` : value);
    else if (typeof value === "object" && value !== null) {
      parts.push("(");
      for (const name of Object.keys(value)) write(name, (value as Readonly<Record<string, unknown>>)[name]);
      parts.push(")");
    } else parts.push(Object.is(value, -0) ? "-0" : String(value));
  };
  for (const name of sizes) numberOf(name);
  write("", buffers);
  write("", body);
  return `${sizes.length} ${parts.join(" ")}`;
}
