import { compareValues, HoduError, quote, type Tolerance } from "@hodu/core";
import type { NamedValue } from "hodu-plugin-sdk";
import type { Status } from "../terminal/status.ts";

/** Compares outputs with what `--expect` gives. Throws MISMATCH with each difference. */
export function checkExpected(
  outputs: readonly NamedValue[],
  expected: readonly NamedValue[],
  tolerance: Tolerance,
  status: Status,
): void {
  const within = `rtol ${tolerance.relative}, atol ${tolerance.absolute}`;
  const differences: string[] = [];
  for (const { name, value } of expected) {
    const found = outputs.find((output) => output.name === name)!;
    const difference = compareValues(found.value, value, tolerance);
    if (difference === undefined) status.line("Matches", `${quote(name)} within ${within}`);
    else differences.push(`output ${quote(name)}${difference.path}: ${difference.message}`);
  }
  if (differences.length === 0) return;
  throw new HoduError("MISMATCH", `Cannot confirm what was expected (${within}):\n  ${differences.join("\n  ")}`, {
    hint: "run it again with --rtol and --atol to allow for more",
  });
}
