import { onAbort } from "hodu-plugin-sdk";

/** What ends a call, or a build, before its end. */
export interface CallLimit {
  readonly signal: AbortSignal;
  /** Lets go of the timer, and of the signal that was given. */
  end(): void;
}

/**
 * Aborted as `signal` is, or as AbortSignal.timeout is after `timeout` milliseconds. Node up to 22.15 forgets a timer among the signals of
 * AbortSignal.any when it collects garbage: a call that hangs would never end.
 */
export function callLimit(signal: AbortSignal | undefined, timeout: number | undefined): CallLimit {
  if (timeout === undefined) return { signal: signal ?? NEVER, end() {} };
  const limit = new AbortController();
  if (signal?.aborted === true) limit.abort(signal.reason);
  const stop = signal && onAbort(signal, () => limit.abort(signal.reason));
  const timer = setTimeout(() => limit.abort(new DOMException("The time is up", "TimeoutError")), timeout);
  timer.unref();
  return {
    signal: limit.signal,
    end() {
      clearTimeout(timer);
      stop?.();
    },
  };
}

const NEVER = new AbortController().signal;
