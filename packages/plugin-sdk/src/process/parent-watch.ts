/** Runs in a thread of its own: ends the process with its children, however busy it is, when its parent is gone. */
import { workerData } from "node:worker_threads";

const LOOK_EVERY_MS = 500;

const parent = workerData as number;

setInterval(() => {
  if (process.ppid === parent) return;
  try {
    process.kill(-process.pid, "SIGKILL");
  } catch {
    process.kill(process.pid, "SIGKILL");
  }
}, LOOK_EVERY_MS);
