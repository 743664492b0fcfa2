import { HoduError, quote } from "@hodu/core";
import { abortError, type ByteSink } from "hodu-plugin-sdk";
import { NewFiles } from "./new-files.ts";
import type { Output } from "./output.ts";
import { outputPlace } from "./output-place.ts";
import { StreamOutput } from "./stream-output.ts";

/** How a file is written. */
export interface WriteFileOptions {
  /** Aborted: writing ends with ABORTED or DEADLINE, and nothing is left. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes a file, and what siblings `write` asks for, so that they appear whole or not at all: to temporary names in the same folder,
 * then to the disk, then under their own names. When anything fails, nothing new is left and what was there before still is.
 * Mode, owner and the target of a symbolic link are kept; pipes and devices are written straight through.
 * Throws what `write` throws, CANNOT_CREATE, IO, ABORTED, DEADLINE.
 */
export async function writeFileSafely<T>(
  path: string,
  { signal }: WriteFileOptions,
  write: (sink: ByteSink) => Promise<T>,
): Promise<T> {
  const what = `write ${quote(path)}`;
  let isOver = false;
  const output = await openOutput(path, signal, () => {
    if (signal?.aborted) throw abortError(signal, what);
    if (isOver) throw new HoduError("BAD_USAGE", `Cannot ${what}: the call that it was open for has ended`);
  });
  try {
    const result = await write(output.sink);
    await output.commit();
    return result;
  } catch (error) {
    await output.discard();
    throw error;
  } finally {
    isOver = true;
  }
}

async function openOutput(path: string, signal: AbortSignal | undefined, check: () => void): Promise<Output> {
  check();
  const place = outputPlace(path);
  return place.kind === "file" ? NewFiles.create(path, place, check) : StreamOutput.open(path, signal, check);
}
