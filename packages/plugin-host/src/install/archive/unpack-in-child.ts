import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { type ErrorCode, type ErrorPlace, HoduError, quote } from "@hodu/core";
import { abortError } from "hodu-plugin-sdk";
import { refuseArchive } from "./archive-error.ts";
import { UNPACK_HEAP_MB, UNPACK_TIMEOUT_MS } from "./limits.ts";

/** What the process that unpacks says. */
export type UnpackMessage =
  | { readonly kind: "progress"; readonly done: number; readonly total: number }
  | { readonly kind: "done" }
  | {
      readonly kind: "failed";
      readonly code: ErrorCode;
      readonly message: string;
      readonly hint: string | undefined;
      readonly where: ErrorPlace;
    };

export interface UnpackOptions {
  readonly signal: AbortSignal;
  readonly progress: (done: number, total: number) => void;
  /** Milliseconds; default: a minute. */
  readonly timeout?: number;
}

/** Unpacks an archive as `unpackArchive` does, in a process of its own that is killed when it takes too long or is cancelled. */
export async function unpackInChild(archive: string, folder: string, options: UnpackOptions): Promise<void> {
  const { signal, progress, timeout = UNPACK_TIMEOUT_MS } = options;
  const limit = AbortSignal.timeout(timeout);
  const child = fork(processFile(), [archive, folder], {
    execArgv: [`--max-old-space-size=${UNPACK_HEAP_MB}`],
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  const stop = AbortSignal.any([signal, limit]);
  const kill = (): void => void child.kill("SIGKILL");
  stop.addEventListener("abort", kill);
  process.on("exit", kill);
  try {
    if (stop.aborted) kill();
    const outcome = await outcomeOf(child, progress);
    if (signal.aborted) throw abortError(signal, `unpack ${quote(archive)}`);
    if (limit.aborted) throw refuseArchive({ file: archive }, `it is not unpacked after ${timeout / 1000} s`, "less");
    if (outcome === undefined)
      throw refuseArchive({ file: archive }, "the process that unpacks it died", "a small archive");
    if (outcome.kind === "failed")
      throw new HoduError(outcome.code, outcome.message, { ...optional(outcome.hint), where: outcome.where });
  } finally {
    stop.removeEventListener("abort", kill);
    process.off("exit", kill);
  }
}

const optional = (hint: string | undefined): { readonly hint?: string } => (hint === undefined ? {} : { hint });

async function outcomeOf(
  child: ChildProcess,
  progress: UnpackOptions["progress"],
): Promise<Exclude<UnpackMessage, { readonly kind: "progress" }> | undefined> {
  let outcome: Exclude<UnpackMessage, { readonly kind: "progress" }> | undefined;
  child.on("message", (message: UnpackMessage) => {
    if (message.kind === "progress") progress(message.done, message.total);
    else outcome = message;
  });
  child.on("error", () => {});
  await once(child, "close").catch(() => {});
  return outcome;
}

/** The module beside this one; where this is a source, that of the last build. */
function processFile(): string {
  const here = import.meta.url.replace(/\/src\/(install\/archive\/)[^/]*\.ts$/, "/dist/$1");
  return fileURLToPath(new URL("./unpack-process.js", here));
}
