import { HoduError, quote } from "@hodu/core";

/** The number that --rtol or --atol gives. `command` begins the hint. Throws BAD_USAGE. */
export function readTolerance(flag: "--rtol" | "--atol", text: string, command: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value >= 0 && Number.isFinite(value)) return value;
  throw new HoduError("BAD_USAGE", `Cannot use ${flag} ${quote(text)}: expected a number of 0 or more`, {
    hint: `${command} ${flag} 1e-3`,
  });
}
