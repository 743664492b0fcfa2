import type { CallContext, LogLevel } from "hodu-plugin-sdk";

/** What every call of the library takes. */
export interface CallOptions {
  /** Ends the call with ABORTED, or with DEADLINE when it is that of `AbortSignal.timeout`. */
  readonly signal?: AbortSignal | undefined;
  /** Takes what formats and backends have to say; default: nobody does. */
  readonly onLog?: ((level: LogLevel, message: string) => void) | undefined;
  /** Takes how far the work is, in the unit that `label` names. */
  readonly onProgress?: ((done: number, total: number | undefined, label: string) => void) | undefined;
}

/** The context of plugins for the options of a caller. */
export function contextOf({ signal, onLog, onProgress }: CallOptions): CallContext {
  return {
    signal: signal ?? new AbortController().signal,
    log: onLog ?? (() => {}),
    progress: onProgress ?? (() => {}),
  };
}
