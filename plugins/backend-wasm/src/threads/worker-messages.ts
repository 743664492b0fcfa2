import type { Board } from "./board.ts";
import type { Ending, ThreadSetup } from "./kernel-thread.ts";

interface RequestOf {
  readonly engine: number;
  readonly board: Board;
  /** Where the bytes for arrays of this thread of the run begin. */
  readonly stack: number;
}

/** What a worker is asked to do; it answers each with one WorkerAnswer. */
export type WorkerRequest =
  /** Run steps `first` up to `last` as the leader of a run. */
  | (RequestOf & {
      readonly kind: "lead";
      readonly first: number;
      readonly last: number;
      readonly hasHelpers: boolean;
      readonly isMeasured: boolean;
    })
  /** Help the run of a number until it ends. */
  | (RequestOf & { readonly kind: "help"; readonly run: number });

/** What a worker gets to know. */
export type WorkerMessage =
  | WorkerRequest
  /** The kernels of an engine, before the first request for it. */
  | { readonly kind: "attach"; readonly engine: number; readonly setup: ThreadSetup };

/** The end of a request. */
export type WorkerAnswer =
  | { readonly kind: "ended"; readonly ending: Ending | undefined }
  | { readonly kind: "failed"; readonly message: string };
