import { HoduError } from "@hodu/core";
import type { Status } from "../terminal/status.ts";

/** A status that ends the command with POLICY where it would warn. */
export function strictStatus(status: Status): Status {
  return {
    ...status,
    warn(text) {
      throw new HoduError("POLICY", `Cannot go on with --strict: ${text}`, {
        hint: "leave out --strict to be warned only",
      });
    },
  };
}
