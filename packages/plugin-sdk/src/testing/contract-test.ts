import { HoduError } from "@hodu/core";
import type { CallContext } from "../contracts/call-context.ts";
import type { KnownPlugin } from "../contracts/plugin.ts";

/**
 * One promise of a contract, for any test runner: `for (const { name, run } of formatSuite(...)) it(name, run)`.
 * `run` rejects when the promise is broken.
 */
export interface ContractTest {
  /** A sentence. */
  readonly name: string;
  readonly run: () => Promise<void>;
}

/** Gives the plugin under test; called once for each test, so it should keep what it loaded. */
export type PluginUnderTest = () => Promise<KnownPlugin> | KnownPlugin;

/** A context with nobody listening. */
export function quietContext(signal: AbortSignal = new AbortController().signal): CallContext {
  return { signal, log() {}, progress() {} };
}

/** What `call` rejects with. Throws when it does not reject, or with something that is no HoduError. */
export async function refusal(call: Promise<unknown>, what: string): Promise<HoduError> {
  const error = await settled(call);
  if (error === undefined) throw new Error(`${what} was not refused`);
  return error;
}

/** What `call` rejects with, undefined when it resolves. Throws when it rejects with something that is no HoduError. */
export async function settled(call: Promise<unknown>): Promise<HoduError | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    if (error instanceof HoduError) return error;
    throw new Error(`it failed with ${String(error)}, expected a HoduError`, { cause: error });
  }
}

/** Whether a call ended because it was cancelled. */
export function isAbort(error: unknown): boolean {
  return error instanceof HoduError ? error.code === "ABORTED" : error instanceof Error && error.name === "AbortError";
}

/** Throws when `call` does not reject, or with something else than its abort. */
export async function expectAbort(call: Promise<unknown>, what: string): Promise<void> {
  const failure = await call.then(
    () => new Error(`${what} did not end`),
    (error: unknown) =>
      isAbort(error) ? undefined : new Error(`${what} failed with something else`, { cause: error }),
  );
  if (failure !== undefined) throw failure;
}
