import { abortError } from "../../abort-error.ts";
import type { CallContext } from "../../contracts/call-context.ts";

/** What a promise gives, unless the call is aborted before: then the promise goes on for others. Throws what `abortError` says. */
export async function unlessAborted<Result>(promise: Promise<Result>, { signal }: CallContext): Promise<Result> {
  if (signal.aborted) throw abortError(signal, "run the model");
  let leave: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    leave = () => reject(abortError(signal, "run the model"));
    signal.addEventListener("abort", leave, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    if (leave !== undefined) signal.removeEventListener("abort", leave);
  }
}
