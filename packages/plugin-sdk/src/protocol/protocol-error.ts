import { HoduError } from "@hodu/core";

/** A breach of the protocol: what was found and what the rule is. */
export function protocolError(what: string, found: string, expected: string, cause?: unknown): HoduError {
  return new HoduError("PLUGIN_PROTOCOL", `Cannot ${what}: found ${found}, expected ${expected}`, { cause });
}
