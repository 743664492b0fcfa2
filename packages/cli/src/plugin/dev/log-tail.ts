import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/** Bytes that are read at once; of more the end is shown. */
const MAX_BYTES = 64 << 10;

/** The lines that are added to a log, by any process, from now on. */
export class LogTail {
  readonly #file: string;
  #offset: number;

  constructor(file: string) {
    this.#file = file;
    this.#offset = sizeOf(file);
  }

  /** Those that were added since the last call, without one that has no end yet. */
  take(): readonly string[] {
    const size = sizeOf(this.#file);
    if (size < this.#offset) this.#offset = 0;
    if (size === this.#offset) return [];
    const from = Math.max(this.#offset, size - MAX_BYTES);
    const bytes = readBytes(this.#file, from, size - from);
    const end = bytes.lastIndexOf("\n") + 1;
    this.#offset = from + end;
    return bytes.toString("utf8", 0, end).split("\n").slice(0, -1);
  }
}

const sizeOf = (file: string): number => withFile(file, 0, (descriptor) => fstatSync(descriptor).size);

function readBytes(file: string, offset: number, length: number): Buffer {
  return withFile(file, Buffer.alloc(0), (descriptor) => {
    const bytes = Buffer.alloc(length);
    return bytes.subarray(0, readSync(descriptor, bytes, 0, length, offset));
  });
}

/** A log that is not there yet is empty. */
function withFile<T>(file: string, otherwise: T, use: (descriptor: number) => T): T {
  let descriptor: number;
  try {
    descriptor = openSync(file, "r");
  } catch {
    return otherwise;
  }
  try {
    return use(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
