import { ERROR_CODES } from "@hodu/core";

/** The codes of errors that docs/troubleshooting.md does not lead to. */
export function missingCodes(page: string): readonly string[] {
  return Object.keys(ERROR_CODES)
    .filter((code) => !page.includes(`[${code}](errors.md#${code.toLowerCase()})`))
    .map((code) => `docs/troubleshooting.md has no line for the error code ${code}`);
}
