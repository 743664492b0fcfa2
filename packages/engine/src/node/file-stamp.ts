import type { BigIntStats } from "node:fs";
import type { ByteSource } from "hodu-plugin-sdk";

/** What tells one state of a file from another without reading it. */
export interface FileStamp {
  /** Absolute. */
  readonly path: string;
  /** Device, inode, size, times of the last change of content and of anything: a content that changed has another. */
  readonly text: string;
  /** Milliseconds since 1970 of the later of both times. */
  readonly changed: number;
}

const stamps = new WeakMap<ByteSource, FileStamp>();

/** The state that a file was in when it was opened as a source; undefined for what is no file. */
export const stampOf = (source: ByteSource): FileStamp | undefined => stamps.get(source);

/** Notes the state of the file that a source was opened from, whose absolute path is `path`. */
export function keepStamp(source: ByteSource, path: string, stats: BigIntStats): void {
  stamps.set(source, { path, ...stampStats(stats) });
}

function stampStats({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): Omit<FileStamp, "path"> {
  const later = mtimeNs > ctimeNs ? mtimeNs : ctimeNs;
  return { text: [dev, ino, size, mtimeNs, ctimeNs].join(":"), changed: Number(later / 1_000_000n) };
}
