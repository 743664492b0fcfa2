/** What a package in an archive may be, each with its reason. */

/** Size of the archive: what is read through once before anything is installed. */
export const MAX_ARCHIVE_BYTES = 512 << 20;

/** Bytes of all files together: more than any plugin with its native libraries has. */
export const MAX_UNPACKED_BYTES = 512 << 20;

/** What an archive may grow to: code and weights are packed to a third or less often to a tenth. */
export const MAX_RATIO = 20;

/** Small packages of much alike text may grow by more. */
export const RATIO_FREE_BYTES = 8 << 20;

/** Files and folders: what a file system makes in seconds. */
export const MAX_ENTRIES = 50_000;

/** Folders in folders. */
export const MAX_DEPTH = 64;

/** Of a path, and of one part of it, in bytes of UTF-8: file systems take 255 for a part. */
export const MAX_PATH_BYTES = 1024;
export const MAX_PART_BYTES = 255;

/** Size of a package.json: as where it is read. */
export const MAX_PACKAGE_JSON_BYTES = 1 << 20;

/** Records that say more of an entry: its path. */
export const MAX_RECORD_BYTES = 64 << 10;

/** Zeros after the end: writers fill up to 10,240 bytes, some to 64 KiB. */
export const MAX_PADDING_BYTES = 64 << 10;

/** Name and comment in the header of gzip. */
export const MAX_GZIP_HEADER_BYTES = 4096;

/** Time after which the process that unpacks is killed. */
export const UNPACK_TIMEOUT_MS = 60_000;

/** JavaScript's share of the memory of that process, in MiB; the buffers of streams come to it. */
export const UNPACK_HEAP_MB = 96;
