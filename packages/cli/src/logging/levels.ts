import type { LogLevel } from "hodu-plugin-sdk";

/** Levels of the log, the most urgent first. */
export const LOG_LEVELS = ["error", "warn", "info", "debug", "trace"] as const satisfies readonly LogLevel[];

/** Whether a record of this level is kept where the log is set to `limit`. */
export function isKept(level: LogLevel, limit: LogLevel): boolean {
  return LOG_LEVELS.indexOf(level) <= LOG_LEVELS.indexOf(limit);
}
