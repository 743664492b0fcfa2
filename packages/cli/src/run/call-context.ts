import type { CallContext } from "hodu-plugin-sdk";
import type { Status } from "../terminal/status.ts";

/** What plugins get besides their arguments: their warnings reach the user, their details when asked for. */
export function callContext(signal: AbortSignal, status: Status): CallContext {
  return {
    signal,
    log(level, message) {
      if (level === "error" || level === "warn") status.warn(message);
      else if (status.loudness === "verbose") status.line(level, message);
    },
    progress() {},
  };
}
