import {
  awaitChange,
  callPhase,
  endRun,
  helpRun,
  leadRun,
  noteFailure,
  openThread,
  serveKernels,
  sharePhase,
  takeTurns,
  turnEpoch,
  walkSteps,
} from "./kernel-thread.ts";

const FUNCTIONS = [
  openThread,
  callPhase,
  walkSteps,
  leadRun,
  sharePhase,
  takeTurns,
  noteFailure,
  helpRun,
  endRun,
  turnEpoch,
  awaitChange,
  serveKernels,
] as const;

/** A worker without imports, so that it needs no file of its own: it is the text of the functions that run kernels, however they were bundled. */
export function workerSource(isNode: boolean): string {
  const port = isNode
    ? `const port = require("node:worker_threads").parentPort;
       const receive = (listener) => port.on("message", listener);
       const send = (answer) => port.postMessage(answer);`
    : `const receive = (listener) => { self.onmessage = ({ data }) => listener(data); };
       const send = (answer) => self.postMessage(answer);`;
  return `"use strict";\n${FUNCTIONS.map(String).join("\n")}\n${port}\n${serveKernels.name}(receive, send);\n`;
}
