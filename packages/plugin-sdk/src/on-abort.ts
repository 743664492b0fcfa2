/** What is called when a signal is aborted, and the one listener of the signal that calls it. */
interface Waiting {
  readonly calls: Set<() => void>;
  readonly tell: () => void;
}

const waitingFor = new WeakMap<AbortSignal, Waiting>();

/**
 * Calls `call` once when a signal is aborted, unless the function that it gives was called before. All calls for a signal share one
 * listener: hundreds of runs may wait for the one signal of a server at once. A signal that is aborted already calls nothing.
 *
 * @example
 * ```js
 * import { onAbort } from "hodu-plugin-sdk";
 *
 * const controller = new AbortController();
 * const stop = onAbort(controller.signal, () => console.log("given up"));
 * controller.abort();
 * stop();
 * ```
 * ```text
 * given up
 * ```
 */
export function onAbort(signal: AbortSignal, call: () => void): () => void {
  const waiting = waitingFor.get(signal) ?? listenTo(signal);
  const { calls, tell } = waiting;
  // the same function may be given twice
  const own = (): void => call();
  calls.add(own);
  return () => {
    if (!calls.delete(own) || calls.size > 0) return;
    signal.removeEventListener("abort", tell);
    waitingFor.delete(signal);
  };
}

function listenTo(signal: AbortSignal): Waiting {
  const calls = new Set<() => void>();
  const tell = (): void => {
    waitingFor.delete(signal);
    // one that is given up by another before its turn is not called
    for (const call of calls) {
      calls.delete(call);
      call();
    }
  };
  signal.addEventListener("abort", tell, { once: true });
  const waiting = { calls, tell };
  waitingFor.set(signal, waiting);
  return waiting;
}
