/** `node unpack-process.js ARCHIVE FOLDER`, started by `unpackInChild` with a channel for messages: unpacks, and says how it went. */
import { HoduError } from "@hodu/core";
import type { UnpackMessage } from "./unpack-in-child.ts";
import { unpackArchive } from "./unpack.ts";

/** Progress is told when so many bytes have come to it. */
const STEP_BYTES = 1 << 20;

// Who started this has ended, and nobody wants the result.
process.on("disconnect", () => process.exit(1));

const [, , archive, folder] = process.argv;
let told = 0;
try {
  await unpackArchive(archive, folder, (done, total) => {
    if (done - told < STEP_BYTES && done < total) return;
    told = done;
    send({ kind: "progress", done, total });
  });
  send({ kind: "done" });
} catch (error) {
  if (!(error instanceof HoduError)) throw error;
  const { code, message, hint, where } = error;
  send({ kind: "failed", code, message, hint, where });
}

function send(message: UnpackMessage): void {
  process.send?.(message, () => {
    if (message.kind !== "progress") process.disconnect();
  });
}
