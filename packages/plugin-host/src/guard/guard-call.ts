import { abortError, callError, type CallContext, type Manifest } from "hodu-plugin-sdk";

const NEVER = new AbortController().signal;

/** A call that rejects with HoduErrors only, each with `where.plugin`. `what` completes "Cannot ...". */
export async function guard<T>(
  { id }: Manifest,
  what: string,
  context: CallContext | undefined,
  call: () => Promise<T>,
): Promise<T> {
  try {
    if (context?.signal.aborted) throw abortError(context.signal, what);
    return await call();
  } catch (error) {
    throw callError(error, context?.signal ?? NEVER, what).at({ plugin: id });
  }
}

/** The same at once. */
export function guardNow<T>({ id }: Manifest, what: string, { signal }: CallContext, call: () => T): T {
  try {
    if (signal.aborted) throw abortError(signal, what);
    return call();
  } catch (error) {
    throw callError(error, signal, what).at({ plugin: id });
  }
}
