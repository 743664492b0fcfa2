import { HoduError } from "@hodu/core";

/**
 * The error that a call ends with when its signal is aborted: the signal's reason where that is a HoduError, DEADLINE for the
 * TimeoutError of AbortSignal.timeout, else ABORTED. `what` completes "Cannot ...".
 *
 * @example
 * ```js
 * import { abortError } from "hodu-plugin-sdk";
 *
 * console.log(abortError(AbortSignal.abort(), "read the model").message);
 * ```
 * ```text
 * Cannot read the model: it was cancelled
 * ```
 */
export function abortError(signal: AbortSignal, what = "finish the call"): HoduError {
  const reason: unknown = signal.reason;
  if (reason instanceof HoduError) return reason;
  if (reason instanceof DOMException && reason.name === "TimeoutError") {
    return new HoduError("DEADLINE", `Cannot ${what}: its time is up`, { cause: reason });
  }
  return new HoduError("ABORTED", `Cannot ${what}: it was cancelled`, { cause: reason });
}
