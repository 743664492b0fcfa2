import { type ArchivePlace, damagedArchive, refuseArchive } from "./archive-error.ts";
import { ByteReader } from "./byte-reader.ts";
import { type EntryPath, readEntryPath } from "./entry-path.ts";
import { MAX_ENTRIES, MAX_PADDING_BYTES, MAX_RECORD_BYTES, MAX_UNPACKED_BYTES } from "./limits.ts";
import { readPaxRecords } from "./pax-records.ts";
import { BLOCK_BYTES, readTarHeader, type TarHeader, utf8 } from "./tar-header.ts";

/** A file or folder of an archive. Its content is to be read before the next entry is asked for. */
export interface TarEntry {
  readonly kind: "file" | "folder";
  /** Below package/. */
  readonly parts: readonly string[];
  readonly size: number;
  readonly isExecutable: boolean;
  readonly place: ArchivePlace;
  content(): AsyncIterable<Buffer>;
}

const KINDS: Readonly<Record<string, string>> = {
  "1": "a hard link",
  "2": "a symbolic link",
  "3": "a device",
  "4": "a device",
  "6": "a pipe",
};

/** What records before an entry say of it. */
interface Extension {
  readonly path?: string;
  readonly size?: number;
}

/** The entries of a tar stream: files and folders below package/ and nothing else. Throws POLICY, BAD_PLUGIN. */
export async function* readTar(source: AsyncIterable<Buffer>, file: string): AsyncGenerator<TarEntry> {
  const reader = new ByteReader(source);
  let extension: Extension | undefined;
  for (let entries = 0; ; ) {
    const place = { file, offset: reader.position };
    const block = await takeBlock(reader, place);
    if (isZero(block)) {
      if (extension !== undefined) throw damagedArchive(place, "a record is of no entry", "an entry");
      return await readEnd(reader, place);
    }
    const header = readTarHeader(block);
    if (typeof header === "string") throw damagedArchive(place, `a header is damaged: ${header}`, "a tar archive");
    if (header.type === "x" || header.type === "L") {
      if (extension !== undefined) throw refuseArchive(place, "an entry has two records of its path", "one");
      extension = await readExtension(reader, header, place);
      continue;
    }
    entries += 1;
    if (entries > MAX_ENTRIES) throw refuseArchive(place, `more than ${MAX_ENTRIES} entries`, "fewer");
    yield* readEntry(reader, header, extension, place);
    extension = undefined;
  }
}

async function* readEntry(
  reader: ByteReader,
  header: TarHeader,
  extension: Extension | undefined,
  where: ArchivePlace,
): AsyncGenerator<TarEntry> {
  const path = extension?.path ?? header.path;
  const place = { ...where, entry: path };
  const kind = kindOf(header, place);
  const { size, isExecutable } = header;
  if ((extension?.size ?? size) !== size) throw refuseArchive(place, "has two sizes", "one");
  if (size > MAX_UNPACKED_BYTES) throw damagedArchive(place, `has ${size} bytes`, `at most ${MAX_UNPACKED_BYTES}`);
  if (kind === "folder" && size > 0) throw refuseArchive(place, "is a folder with content", "none");
  const parts = partsOf(readEntryPath(kind === "folder" ? path.replace(/\/$/, "") : path), place);
  let isRead = false;
  async function* content(): AsyncGenerator<Buffer> {
    isRead = true;
    let left = size;
    for await (const piece of reader.pieces(size)) {
      left -= piece.length;
      yield piece;
    }
    const filler = await reader.take(-size & (BLOCK_BYTES - 1));
    if (left > 0 || filler.length !== (-size & (BLOCK_BYTES - 1)))
      throw damagedArchive(place, "is cut off", "all of it");
  }
  yield { kind, parts, size, isExecutable, place, content };
  if (!isRead) for await (const _ of content());
}

function kindOf({ type, hasSpecialMode }: TarHeader, place: ArchivePlace): TarEntry["kind"] {
  if (hasSpecialMode) throw refuseArchive(place, "has a mode that changes who runs it", "a plain mode");
  if (type === "0" || type === "\0") return "file";
  if (type === "5") return "folder";
  throw refuseArchive(place, `is ${KINDS[type] ?? "an entry of another kind"}`, "files and folders");
}

function partsOf(path: EntryPath, place: ArchivePlace): readonly string[] {
  if ("parts" in path) return path.parts;
  throw refuseArchive(place, path.found, path.expected);
}

async function readExtension(reader: ByteReader, { type, size }: TarHeader, place: ArchivePlace): Promise<Extension> {
  if (size > MAX_RECORD_BYTES) throw refuseArchive(place, `a record of ${size} bytes`, `at most ${MAX_RECORD_BYTES}`);
  const bytes = await reader.take(size);
  const filler = await reader.take(-size & (BLOCK_BYTES - 1));
  if (bytes.length !== size || filler.length !== (-size & (BLOCK_BYTES - 1)))
    throw damagedArchive(place, "it is cut off", "all of it");
  if (type === "L") return { path: utf8(bytes)?.replace(/\0+$/, "") ?? "\ufffd" };
  const records = readPaxRecords(bytes);
  if (typeof records === "string") throw refuseArchive(place, records, "records of paths and times");
  return records;
}

/** After the end come zeros, and not many. */
async function readEnd(reader: ByteReader, place: ArchivePlace): Promise<void> {
  let count = 0;
  for await (const piece of reader.pieces(Number.POSITIVE_INFINITY)) {
    count += piece.length;
    if (!isZero(piece)) throw refuseArchive(place, "there is more behind its end", "zeros");
    if (count > MAX_PADDING_BYTES)
      throw refuseArchive(place, "there are many zeros behind its end", `at most ${MAX_PADDING_BYTES}`);
  }
}

async function takeBlock(reader: ByteReader, place: ArchivePlace): Promise<Buffer> {
  const block = await reader.take(BLOCK_BYTES);
  if (block.length < BLOCK_BYTES) throw damagedArchive(place, "it is cut off", "an archive with its end");
  return block;
}

const isZero = (bytes: Buffer): boolean => bytes.every((byte) => byte === 0);
