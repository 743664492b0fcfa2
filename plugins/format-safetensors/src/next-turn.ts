/** Lets others run, so that the caller can give up; throws the signal's reason when it has. */
export async function nextTurn(signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve));
  signal.throwIfAborted();
}
