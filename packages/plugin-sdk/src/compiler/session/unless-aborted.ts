import { abortError } from "../../abort-error.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { onAbort } from "../../on-abort.ts";

/** What a promise gives, unless the call is aborted before: then the promise goes on for others. Throws what `abortError` says. */
export async function unlessAborted<Result>(promise: Promise<Result>, { signal }: CallContext): Promise<Result> {
  if (signal.aborted) throw abortError(signal, "run the model");
  let stop = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = onAbort(signal, () => reject(abortError(signal, "run the model")));
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    stop();
  }
}
