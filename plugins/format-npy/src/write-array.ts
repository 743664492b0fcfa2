import type { ByteSink, CallContext } from "hodu-plugin-sdk";
import type { EncodedArray } from "./encode-array.ts";
import { giveWay } from "./give-way.ts";

/** Bytes that are written before an array, and in all. */
export interface Progress {
  readonly before: number;
  readonly total: number;
}

/** Writes an array piece by piece. Throws IO. */
export async function writeArray(
  array: EncodedArray,
  sink: ByteSink,
  { signal, progress }: Pick<CallContext, "signal" | "progress">,
  { before, total }: Progress = { before: 0, total: array.size },
): Promise<void> {
  let done = before;
  for (const piece of array.pieces()) {
    await sink.write(piece);
    done += piece.length;
    progress(done, total, "bytes");
    await giveWay(signal);
  }
}
