import { setImmediate } from "node:timers/promises";

/** Lets the event loop have a turn, to be awaited between steps of a few milliseconds. Throws the signal's reason when it is aborted. */
export async function giveWay(signal: AbortSignal): Promise<void> {
  await setImmediate();
  signal.throwIfAborted();
}
