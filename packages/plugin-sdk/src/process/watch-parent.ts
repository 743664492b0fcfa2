import { createRequire } from "node:module";
import type * as threads from "node:worker_threads";

let isWatched = false;

/**
 * Ends this process with its children, however busy it is, when its parent is gone: a thread of its own, run from `module`, looks for it.
 * What makes threads is loaded here: it would be a part of each start.
 */
export function watchParent(module: URL): void {
  if (isWatched) return;
  isWatched = true;
  const { Worker } = createRequire(import.meta.url)("node:worker_threads") as typeof threads;
  try {
    new Worker(module, { workerData: process.ppid }).unref();
  } catch {
    // It may start no threads: the host sees to its end.
  }
}
