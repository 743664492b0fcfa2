import { closeSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { HoduError, quote } from "@hodu/core";
import { type ByteSource, chunksByReading } from "hodu-plugin-sdk";
import { findMapper, type MapFile } from "hodu-plugin-sdk/node";
import { keepStamp } from "./file-stamp.ts";
import { openSibling } from "./path-policy.ts";
import { readAhead } from "./read-ahead.ts";
import { openRegular, readInto, type RegularFile } from "./regular-file.ts";

/** What is mapped at once of a file, at the multiples of it: small windows cost nothing. */
const WINDOW_BYTES = 1 << 30;

/** Offsets of mappings are multiples of this, the largest page size in use. */
const PAGE_BYTES = 1 << 16;

/** Largest window, for a single value that is larger than the others: Node 20 aborts on views above 4 GiB. */
const MAX_WINDOW_BYTES = 2 ** 32 - PAGE_BYTES;

/** What a file may refer to. */
export interface OpenFileOptions {
  /** Files and folders that files may refer to although they lie outside of their own folder. */
  readonly allowExternal?: readonly string[];
}

/** Files up to this size are read at once: less work than to load what maps them. */
const READ_WHOLE_BYTES = 8 << 20;

/**
 * A file as format plugins and backends see it: mapped where the system can, else read piece by piece.
 * Throws MISSING_INPUT (not there, not readable, not a regular file), IO.
 */
export async function openFile(path: string, options: OpenFileOptions = {}): Promise<ByteSource> {
  return fileSource(path, path, openRegular(path), options);
}

/** The source of a file that is open: its descriptor is the source's from then on. Throws IO. */
export function fileSource(name: string, path: string, file: RegularFile, options: OpenFileOptions = {}): ByteSource {
  const source = sourceOf(name, path, file, options);
  keepStamp(source, resolve(path), file.stats);
  return source;
}

function sourceOf(name: string, path: string, file: RegularFile, options: OpenFileOptions): ByteSource {
  const sibling = async (other: string): Promise<ByteSource> => {
    const found = openSibling({
      owner: name,
      folder: dirname(path),
      name: other,
      allowed: options.allowExternal ?? [],
    });
    return fileSource(other, found.path, found.file, options);
  };
  if (file.size > READ_WHOLE_BYTES) return new LargeFile(name, file, sibling, findMapper());
  const bytes = new Uint8Array(file.size);
  try {
    readInto(file.descriptor, name, bytes, 0);
  } finally {
    closeSync(file.descriptor);
  }
  const source: ByteSource = {
    name,
    size: file.size,
    read: async (offset, length) => {
      checkRange(name, file.size, offset, length);
      return bytes.subarray(offset, offset + length);
    },
    chunks: (offset, length) => chunksByReading(source, offset, length),
    sibling,
  };
  return source;
}

function checkRange(name: string, size: number, offset: number, length: number): void {
  if (Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0) {
    if (offset + length <= size) return;
  }
  throw new HoduError("BAD_MODEL", `Cannot read ${length} bytes at ${offset} of ${quote(name)}: it has ${size} bytes`, {
    where: { file: name, offset },
  });
}

const descriptors = new FinalizationRegistry<number>(closeSync);

/** A file whose parts are mapped when they are first read. Its descriptor is closed when nobody holds the source any more. */
class LargeFile implements ByteSource {
  readonly name: string;
  readonly size: number;
  readonly sibling: (name: string) => Promise<ByteSource>;
  readonly #descriptor: number;
  readonly #map: MapFile | undefined;
  readonly #windows = new Map<number, Uint8Array>();

  constructor(
    name: string,
    file: RegularFile,
    sibling: (name: string) => Promise<ByteSource>,
    map: MapFile | undefined,
  ) {
    this.name = name;
    this.size = file.size;
    this.sibling = sibling;
    this.#descriptor = file.descriptor;
    this.#map = map;
    descriptors.register(this, file.descriptor);
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    checkRange(this.name, this.size, offset, length);
    if (length === 0) return new Uint8Array(0);
    return this.#view(offset, length) ?? this.#copy(offset, length);
  }

  /** Read, not mapped: pages of a mapping count as memory of this process for as long as it lives. */
  async *chunks(offset: number, length: number): AsyncGenerator<Uint8Array> {
    checkRange(this.name, this.size, offset, length);
    yield* readAhead(this.#descriptor, this.name, offset, length);
  }

  /** A view of the window that holds the bytes; bytes that no window holds get one of their own, if they fit into one. */
  #view(offset: number, length: number): Uint8Array | undefined {
    const home = Math.floor(offset / WINDOW_BYTES) * WINDOW_BYTES;
    if (offset + length <= home + WINDOW_BYTES) {
      return this.#window(home, WINDOW_BYTES)?.subarray(offset - home, offset - home + length);
    }
    const start = Math.floor(offset / PAGE_BYTES) * PAGE_BYTES;
    const reach = offset - start + length;
    return reach > MAX_WINDOW_BYTES ? undefined : this.#window(start, reach)?.subarray(offset - start, reach);
  }

  #window(start: number, length: number): Uint8Array | undefined {
    const end = Math.min(start + length, this.size);
    const known = this.#windows.get(start);
    if (known !== undefined && known.length >= end - start) return known;
    const part = { descriptor: this.#descriptor, offset: start, length: end - start, isShared: false };
    const mapped = this.#map?.(part);
    if (mapped !== undefined) this.#windows.set(start, mapped);
    return mapped;
  }

  #copy(offset: number, length: number): Uint8Array {
    let bytes: Uint8Array;
    try {
      bytes = new Uint8Array(length);
    } catch (cause) {
      throw new HoduError("MEMORY_LIMIT", `Cannot read ${length} bytes of ${quote(this.name)} at once`, { cause });
    }
    readInto(this.#descriptor, this.name, bytes, offset);
    return bytes;
  }
}
