import { HoduError, quote } from "@hodu/core";

/** CONFIG for a plugins.json that cannot be used. What it said is found again in the plugins' folders. */
export function indexError(file: string, found: string, expected: string, field?: string): HoduError {
  return new HoduError(
    "CONFIG",
    `Cannot read the installed plugins in ${quote(file)}: ${found}, expected ${expected}`,
    { hint: "hodu plugin rebuild --all", where: { file, ...(field !== undefined && { field }) } },
  );
}
