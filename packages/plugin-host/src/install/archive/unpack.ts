import { closeSync, constants, mkdirSync, openSync, writeSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { HoduError, quote } from "@hodu/core";
import { errnoOf, writeError } from "hodu-plugin-sdk/node";
import { type ArchivePlace, refuseArchive } from "./archive-error.ts";
import { foldedName } from "./entry-path.ts";
import { gunzip } from "./gunzip.ts";
import {
  MAX_ARCHIVE_BYTES,
  MAX_PACKAGE_JSON_BYTES,
  MAX_RATIO,
  MAX_UNPACKED_BYTES,
  RATIO_FREE_BYTES,
} from "./limits.ts";
import { readTar, type TarEntry } from "./read-tar.ts";

/** What an archive came to. */
export interface Unpacked {
  readonly files: number;
  readonly bytes: number;
}

/**
 * Unpacks an archive of npm pack into an empty folder that nobody else writes to: files and folders only, as many and as large as the
 * limits say, each path once. `progress` is told the bytes that were written, of those that there are. Throws MISSING_INPUT, POLICY,
 * BAD_PLUGIN, IO; what was written until then is left.
 */
export async function unpackArchive(
  file: string,
  folder: string,
  progress: (done: number, total: number) => void = () => {},
): Promise<Unpacked> {
  const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch((cause: unknown) => {
    throw openError(file, cause);
  });
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw openError(file, undefined);
    if (stats.size > MAX_ARCHIVE_BYTES)
      throw refuseArchive({ file }, `${stats.size} bytes`, `at most ${MAX_ARCHIVE_BYTES}`);
    // All of it is looked at before the first file is written: what is refused costs no more than reading.
    const halves = [new Unpacking(file, undefined, stats.size), new Unpacking(file, folder, stats.size)] as const;
    const [look, write] = halves;
    for (const half of halves) {
      const told = half === look ? () => {} : (done: number) => progress(done, look.read);
      for await (const entry of readTar(half.count(gunzip(handle, stats.size, { file }), told), file)) {
        await half.take(entry);
      }
      half.end();
    }
    return write.end();
  } finally {
    await handle.close();
  }
}

/** One walk through an archive: with a folder it writes there, without one it only looks. */
class Unpacking {
  readonly #file: string;
  readonly #folder: string | undefined;
  readonly #size: number;
  /** Path of each file and folder, by what a file system may take it for. */
  readonly #names = new Map<string, { readonly path: string; readonly isFolder: boolean }>();
  #files = 0;
  #bytes = 0;
  #read = 0;
  #hasPackageJson = false;

  constructor(file: string, folder: string | undefined, size: number) {
    this.#file = file;
    this.#folder = folder;
    this.#size = size;
  }

  /** Watches how much there comes out of how little. */
  async *count(source: AsyncIterable<Buffer>, progress: (done: number) => void): AsyncGenerator<Buffer> {
    const most = Math.max(RATIO_FREE_BYTES, MAX_RATIO * this.#size);
    for await (const chunk of source) {
      this.#read += chunk.length;
      if (this.#read > most) {
        throw refuseArchive(
          { file: this.#file },
          `${this.#size} bytes grow to more than ${most}`,
          `at most ${MAX_RATIO} times as many`,
        );
      }
      yield chunk;
      progress(this.#read);
    }
  }

  /** Bytes of the archive without its compression, as far as it was read. */
  get read(): number {
    return this.#read;
  }

  async take(entry: TarEntry): Promise<void> {
    const { parts, place, kind, size } = entry;
    if (parts.length === 0) {
      if (kind === "folder") return;
      throw refuseArchive(place, "is a file", "a folder");
    }
    this.#claim(parts, kind === "folder", place);
    if (kind === "folder") return;
    this.#files += 1;
    this.#bytes += size;
    if (this.#bytes > MAX_UNPACKED_BYTES)
      throw refuseArchive(place, "makes it too large", `at most ${MAX_UNPACKED_BYTES} bytes`);
    const isPackageJson = parts.length === 1 && parts[0] === "package.json";
    if (isPackageJson && size > MAX_PACKAGE_JSON_BYTES)
      throw refuseArchive(place, `has ${size} bytes`, `at most ${MAX_PACKAGE_JSON_BYTES}`);
    if (isPackageJson && this.#folder === undefined) await refuseNonJson(entry);
    if (this.#folder !== undefined) await write(entry, this.#folder);
    this.#hasPackageJson ||= isPackageJson;
  }

  end(): Unpacked {
    if (!this.#hasPackageJson) throw refuseArchive({ file: this.#file }, "there is no package/package.json", "one");
    return { files: this.#files, bytes: this.#bytes };
  }

  /** Makes the folders of a path, and takes care that no two paths are one to any file system. */
  #claim(parts: readonly string[], isFolder: boolean, place: ArchivePlace): void {
    for (let depth = 1; depth <= parts.length; depth++) {
      const path = parts.slice(0, depth).join("/");
      const isLast = depth === parts.length;
      const asFolder = !isLast || isFolder;
      const known = this.#names.get(foldedName(path));
      if (known === undefined) {
        this.#names.set(foldedName(path), { path, isFolder: asFolder });
        if (asFolder && this.#folder !== undefined) makeFolder(join(this.#folder, path));
      } else if (known.path !== path)
        throw refuseArchive(place, `is the same as ${quote(known.path)} on some systems`, "other names");
      else if (!known.isFolder || !asFolder) throw refuseArchive(place, "is there twice", "each path once");
    }
  }
}

/** Writes a file that is not there yet. */
async function write(entry: TarEntry, folder: string): Promise<void> {
  const path = join(folder, ...entry.parts);
  try {
    // This process has nothing else to do: without a detour through other threads it writes several times as many files.
    const descriptor = openSync(path, "wx", entry.isExecutable ? 0o755 : 0o644);
    try {
      for await (const piece of entry.content()) {
        for (let done = 0; done < piece.length; ) done += writeSync(descriptor, piece, done);
      }
    } finally {
      closeSync(descriptor);
    }
  } catch (cause) {
    throw writeError(path, cause);
  }
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { mode: 0o755 });
  } catch (cause) {
    throw writeError(path, cause);
  }
}

async function refuseNonJson(entry: TarEntry): Promise<void> {
  const pieces: Buffer[] = [];
  for await (const piece of entry.content()) pieces.push(Buffer.from(piece));
  try {
    JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(pieces)));
  } catch {
    throw refuseArchive(entry.place, "is not JSON", "an object of JSON");
  }
}

function openError(file: string, cause: unknown): HoduError {
  const reason =
    cause === undefined ? "it is no file" : errnoOf(cause) === "ENOENT" ? "there is no such file" : errnoOf(cause);
  return new HoduError(
    "MISSING_INPUT",
    `Cannot unpack ${quote(file)}: ${reason}, expected an archive of npm pack (.tgz)`,
    {
      cause,
      where: { file },
    },
  );
}
