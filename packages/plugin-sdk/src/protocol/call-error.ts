import { HoduError } from "@hodu/core";
import { abortError } from "../abort-error.ts";
import { describeCause } from "./error-codec.ts";

/**
 * The HoduError for anything that a call threw: itself, the abort's error when the call was aborted with it, else PLUGIN_PROTOCOL,
 * since a plugin throws HoduErrors only. `what` completes "Cannot ...".
 *
 * @example
 * ```js
 * import { callError } from "hodu-plugin-sdk";
 *
 * const { code, message } = callError(new TypeError("x is null"), new AbortController().signal, "read the model");
 * console.log(code, message);
 * ```
 * ```text
 * PLUGIN_PROTOCOL Cannot read the model: the plugin failed with TypeError: x is null, expected a HoduError
 * ```
 */
export function callError(thrown: unknown, signal: AbortSignal, what: string): HoduError {
  const known = knownError(thrown, signal);
  if (known !== undefined) return known;
  return new HoduError(
    "PLUGIN_PROTOCOL",
    `Cannot ${what}: the plugin failed with ${describeCause(thrown)}, expected a HoduError`,
    { cause: thrown },
  );
}

/** The HoduError that was thrown, or that the abort of the call stands for; undefined for a defect. */
export function knownError(thrown: unknown, signal: AbortSignal): HoduError | undefined {
  if (thrown instanceof HoduError) return thrown;
  const isAbort = thrown === signal.reason || (thrown instanceof Error && thrown.name === "AbortError");
  return signal.aborted && isAbort ? abortError(signal) : undefined;
}
