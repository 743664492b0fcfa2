import { HoduError } from "@hodu/core";
import type { Refuse } from "@hodu/core/wire";

/** A breach of the protocol: what was found and what the rule is. */
export function protocolError(what: string, found: string, expected: string, cause?: unknown): HoduError {
  return new HoduError("PLUGIN_PROTOCOL", `Cannot ${what}: found ${found}, expected ${expected}`, { cause });
}

/** What a message refuses with when it breaks a rule. */
export const refuseMessage: Refuse = (place, found, expected, cause) =>
  protocolError(`read a message${place === "" ? "" : ` at ${place}`}`, found, expected, cause);
