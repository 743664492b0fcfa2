import type * as Threads from "node:worker_threads";
import { nodeThreads } from "../node-threads.ts";
import type { WorkerAnswer, WorkerMessage } from "./worker-messages.ts";
import { workerSource } from "./worker-source.ts";

/** A worker of this process or page. */
export interface WorkerPort {
  send(message: WorkerMessage): void;
  /** Ends it at once, in the middle of a kernel if need be. */
  terminate(): Promise<void>;
  /** Whether it keeps the process from ending; at first it does not. */
  setBusy(isBusy: boolean): void;
}

/** What happens to a worker. */
export interface WorkerEvents {
  answered(answer: WorkerAnswer): void;
  /** It is gone, and why. */
  ended(reason: string): void;
}

/** Whether threads can wait for each other here: not in the window of a page, which may not sleep. */
export function canHaveWorkers(): boolean {
  if (nodeThreads() !== undefined) return true;
  return typeof Worker !== "undefined" && typeof document === "undefined";
}

/** Whether kernels that take long have to leave the caller's thread to its other work: in Node; in a page a session has a worker of its own. */
export function leavesCallersThread(): boolean {
  return nodeThreads() !== undefined;
}

/** Starts a worker. It gets ready while others work. */
export function startWorker(events: WorkerEvents): WorkerPort {
  const threads = nodeThreads();
  return threads === undefined ? startInPage(events) : startInNode(threads, events);
}

function startInNode({ Worker: NodeWorker }: typeof Threads, events: WorkerEvents): WorkerPort {
  const worker = new NodeWorker(workerSource(true), { eval: true, execArgv: [], name: "hodu-kernels" });
  worker.on("message", (answer: WorkerAnswer) => events.answered(answer));
  worker.on("error", (error) => events.ended(String(error)));
  worker.on("exit", (code) => events.ended(`exit code ${code}`));
  worker.unref();
  return {
    send: (message) => worker.postMessage(message),
    terminate: async () => void (await worker.terminate()),
    setBusy: (isBusy) => (isBusy ? worker.ref() : worker.unref()),
  };
}

function startInPage(events: WorkerEvents): WorkerPort {
  const address = URL.createObjectURL(new Blob([workerSource(false)], { type: "text/javascript" }));
  const worker = new Worker(address, { name: "hodu-kernels" });
  worker.addEventListener("message", ({ data }: MessageEvent<WorkerAnswer>) => {
    URL.revokeObjectURL(address);
    events.answered(data);
  });
  worker.addEventListener("error", ({ message }) => events.ended(message));
  return {
    send: (message) => worker.postMessage(message),
    terminate: async () => worker.terminate(),
    setBusy: () => {},
  };
}
