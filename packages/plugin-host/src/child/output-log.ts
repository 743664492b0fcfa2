import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import type { Readable } from "node:stream";
import { HoduError, quote } from "@hodu/core";
import { MAX_LOG_FILE_BYTES, TAIL_CHARACTERS, TAIL_LINE_CHARACTERS, TAIL_LINES } from "./limits.ts";

/** What a plugin's process prints: its last lines, and all of it in a file if one is named. */
export class OutputLog {
  readonly file: string | undefined;
  #descriptor: number | undefined;
  #room = MAX_LOG_FILE_BYTES;
  #tail = "";

  /** Throws IO when the file cannot be opened. */
  constructor(file: string | undefined) {
    this.file = file;
    if (file === undefined) return;
    try {
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      this.#descriptor = openSync(file, "a");
    } catch (cause) {
      throw new HoduError("IO", `Cannot open log file ${quote(file)}: ${String(cause)}`, { cause, where: { file } });
    }
  }

  /** Takes all that the stream gives, so that the process never waits for it to be read. */
  drain(stream: Readable): void {
    stream.on("data", (chunk: Buffer) => {
      this.#tail = (this.#tail + chunk.toString("utf8")).slice(-TAIL_CHARACTERS);
      this.#append(chunk);
    });
    stream.on("error", () => {});
  }

  /** The last lines, cut to a length that fits a message. */
  lastLines(): readonly string[] {
    return this.#tail
      .split("\n")
      .map((line) => line.trimEnd().slice(0, TAIL_LINE_CHARACTERS))
      .filter((line) => line !== "")
      .slice(-TAIL_LINES);
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #append(chunk: Buffer): void {
    if (this.#descriptor === undefined || this.#room === 0) return;
    const kept = chunk.subarray(0, this.#room);
    this.#room -= kept.length;
    try {
      writeSync(this.#descriptor, kept);
      if (this.#room === 0) writeSync(this.#descriptor, "\n... the rest is not kept\n");
    } catch {
      // A full disk must not end the plugin's call.
      this.#room = 0;
    }
  }
}
