import { HoduError } from "hodu-plugin-sdk";
import type { Ending, ThreadSetup } from "./kernel-thread.ts";
import { startWorker, type WorkerPort } from "./start-worker.ts";
import type { WorkerAnswer, WorkerRequest } from "./worker-messages.ts";

/** A worker that does one request at a time, for any engine. */
export class KernelWorker {
  readonly #port: WorkerPort | undefined;
  readonly #attached = new Set<number>();
  #pending: { resolve(ending: Ending | undefined): void; reject(error: HoduError): void } | undefined;
  #ended: string | undefined;

  constructor() {
    try {
      this.#port = startWorker({ answered: (answer) => this.#answered(answer), ended: (reason) => this.#end(reason) });
    } catch (error) {
      this.#ended = String(error);
    }
  }

  /** Whether it can still be asked. */
  get isAlive(): boolean {
    return this.#ended === undefined;
  }

  /** Makes the kernels of an engine ready, if they are not. */
  attach(engine: number, setup: ThreadSetup): void {
    if (this.#attached.has(engine)) return;
    this.#attached.add(engine);
    this.#port?.send({ kind: "attach", engine, setup });
  }

  /** Whether all engines whose kernels it has are among these. */
  knowsOnly(engines: ReadonlySet<number>): boolean {
    return [...this.#attached].every((engine) => engines.has(engine));
  }

  /** Asks for one thing; `isAwaited`: the process stays for the answer. Throws PLUGIN_CRASH where the worker ended, or a kernel trapped. */
  async request(request: WorkerRequest, isAwaited: boolean): Promise<Ending | undefined> {
    if (this.#ended !== undefined) throw threadEnded(this.#ended);
    this.#port?.setBusy(isAwaited);
    return new Promise((resolve, reject) => {
      this.#pending = { resolve, reject };
      this.#port?.send(request);
    });
  }

  /** Ends it, whatever it does. */
  async terminate(): Promise<void> {
    this.#ended ??= "it was ended";
    await this.#port?.terminate();
    this.#end(this.#ended);
  }

  #answered(answer: WorkerAnswer): void {
    this.#port?.setBusy(false);
    const pending = this.#pending;
    this.#pending = undefined;
    if (answer.kind === "ended") pending?.resolve(answer.ending);
    else pending?.reject(threadEnded(answer.message));
  }

  #end(reason: string): void {
    this.#ended ??= reason;
    this.#pending?.reject(threadEnded(this.#ended));
    this.#pending = undefined;
  }
}

/** The error for a thread that ended, or a kernel that trapped. */
export const threadEnded = (reason: string): HoduError =>
  new HoduError("PLUGIN_CRASH", `Cannot run kernels of hodu-backend-wasm: a thread of it ended: ${reason}`, {
    hint: "run the model again, or with --threads 1",
  });
