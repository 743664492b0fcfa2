/** How much a message matters, the most first. */
export type LogLevel = "error" | "warn" | "info" | "debug" | "trace";

/** What every call of a plugin gets besides its arguments. */
export interface CallContext {
  /** Aborted when the caller gives up or the deadline passes; the plugin ends the call soon after (interp: within 50 ms). */
  readonly signal: AbortSignal;
  log(level: LogLevel, message: string): void;
  /** Work done so far, of `total` (undefined: not known), in the unit that `label` names. */
  progress(done: number, total: number | undefined, label: string): void;
}
