import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  rmSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { findMapper } from "../node/map-file.ts";
import { MAX_IDLE_MEMORY_BYTES, MAX_MEMORY_FILES, MOST_MEMORY_BYTES } from "../protocol/limits.ts";
import type { MemoryPart, PartMemory } from "../protocol/part-memory.ts";
import { protocolError } from "../protocol/protocol-error.ts";
import { forgetMemoryFolder } from "./memory-folder.ts";

/** The names that each side gives to its files. */
const NAME = /^[hp][0-9]{1,9}$/;

interface OwnFile {
  readonly name: string;
  readonly descriptor: number;
  /** Bytes that it takes. */
  size: number;
  /** Its bytes, and room for the most that a part has; null where files cannot be mapped. */
  mapped?: Uint8Array | null;
  isFree: boolean;
  /** Whether it still has its name: the other side has not opened it yet. */
  isNamed: boolean;
}

/**
 * Parts in files of a folder in memory. Each side writes to files of its own, again and again, and reads those of the other. The host maps
 * nothing, so that a plugin that cuts files short cannot harm it; a plugin maps its own.
 */
export class MemoryFiles implements PartMemory {
  readonly #folder: string;
  readonly #prefix: "h" | "p";
  readonly #own = new Map<string, OwnFile>();
  readonly #theirs = new Map<string, number>();

  /** `side`: of the host or of the plugin. */
  constructor(folder: string, side: "host" | "plugin") {
    this.#folder = folder;
    this.#prefix = side === "host" ? "h" : "p";
  }

  /** Whether files can be made in the folder: a process may have been denied it. */
  get isUsable(): boolean {
    const file = this.#open();
    return file !== undefined;
  }

  put(bytes: Uint8Array): MemoryPart | undefined {
    const file = this.#freeFile(bytes.length) ?? this.#open();
    if (file === undefined) return undefined;
    try {
      // Where there is no room to write to, a mapping would end the process.
      const mapped = bytes.length <= file.size ? this.#map(file) : undefined;
      if (mapped !== undefined) mapped.set(bytes);
      else for (let at = 0; at < bytes.length; ) at += writeSync(file.descriptor, bytes, at, bytes.length - at, at);
    } catch {
      // no room in memory: the file is as good as before
      return undefined;
    }
    file.isFree = false;
    file.size = Math.max(file.size, bytes.length);
    return { file: file.name, size: bytes.length };
  }

  #map(file: OwnFile): Uint8Array | undefined {
    if (this.#prefix === "h") return undefined;
    if (file.mapped === undefined) {
      const mapping = { descriptor: file.descriptor, offset: 0, length: MOST_MEMORY_BYTES, isShared: true };
      file.mapped = findMapper()?.(mapping) ?? null;
    }
    return file.mapped ?? undefined;
  }

  take({ file, size }: MemoryPart, into: Uint8Array): void {
    const descriptor = this.#theirs.get(file) ?? this.#openTheirs(file);
    const found = fstatSync(descriptor).size;
    if (found < size) throw protocolError("read a part from memory", `${found} bytes in ${file}`, String(size));
    for (let at = 0; at < size; ) {
      const read = readSync(descriptor, into, at, size - at, at);
      if (read === 0) throw protocolError("read a part from memory", `${at} bytes in ${file}`, String(size));
      at += read;
    }
  }

  free(name: string): void {
    const file = this.#own.get(name);
    if (file === undefined || file.isFree)
      throw protocolError("free memory", `the file ${name}`, "one that holds a part");
    if (file.isNamed) unlinkSync(join(this.#folder, name));
    file.isNamed = false;
    file.isFree = true;
    const idle = [...this.#own.values()].reduce((sum, one) => sum + (one.isFree ? one.size : 0), 0);
    if (idle <= MAX_IDLE_MEMORY_BYTES) return;
    ftruncateSync(file.descriptor, 0);
    file.size = 0;
  }

  close(): void {
    for (const { descriptor } of this.#own.values()) closeSync(descriptor);
    for (const descriptor of this.#theirs.values()) closeSync(descriptor);
    this.#own.clear();
    this.#theirs.clear();
    rmSync(this.#folder, { recursive: true, force: true });
    forgetMemoryFolder(this.#folder);
  }

  /** Of those that hold nothing the smallest that need not grow, else the largest. */
  #freeFile(size: number): OwnFile | undefined {
    const free = [...this.#own.values()].filter(({ isFree }) => isFree).toSorted((a, b) => a.size - b.size);
    return free.find((file) => file.size >= size) ?? free.at(-1);
  }

  #open(): OwnFile | undefined {
    if (this.#own.size >= MAX_MEMORY_FILES) return undefined;
    const name = `${this.#prefix}${this.#own.size}`;
    try {
      const descriptor = openSync(join(this.#folder, name), "wx+", 0o600);
      const file: OwnFile = { name, descriptor, size: 0, isFree: true, isNamed: true };
      this.#own.set(name, file);
      return file;
    } catch {
      return undefined;
    }
  }

  #openTheirs(name: string): number {
    if (!NAME.test(name) || this.#theirs.size >= MAX_MEMORY_FILES) {
      throw protocolError(
        "read a part from memory",
        `the file ${JSON.stringify(name.slice(0, 40))}`,
        "one of the other side",
      );
    }
    try {
      const descriptor = openSync(join(this.#folder, name), constants.O_RDONLY | constants.O_NOFOLLOW);
      this.#theirs.set(name, descriptor);
      return descriptor;
    } catch (cause) {
      throw protocolError("read a part from memory", `no file ${name}`, "one that is there", cause);
    }
  }
}
