/** Bytes that have a digest of their own: small enough that a check gives way to other work, large enough that digests are few. */
export const BLOCK_BYTES = 4 << 20;

/** The artifact begins at a multiple of the largest page size in use, so that it can be mapped at any offset of its own. */
export const ALIGNMENT = 1 << 16;

/** Largest header: the digests of a 100 GB artifact take 2 MB, a key and a report are smaller. */
export const MAX_HEADER_BYTES = 8 << 20;

/** Bytes of an artifact that are checked at each start, however sure it is that nobody changed the file: plan and code, but of very long plans. 5 ms of SHA-256. */
export const ALWAYS_CHECKED_BYTES = 8 << 20;

/** Largest file of notes: 20 times what MAX_MODELS and as many entries take. */
export const MAX_METADATA_BYTES = 4 << 20;

/** Models whose hashes are remembered, the last used ones. */
export const MAX_MODELS = 1000;

/** A file that changed less than this before it was read could change again without its times showing it: their steps are up to 10 ms, of FAT 2 s. */
export const SETTLED_MS = 2000;

/** A time of last use is written anew when it is older than this: an order by minutes is enough, and most runs write nothing. */
export const USE_STEP_MS = 60_000;

/** An entry from the future by more than this was not written by us: clocks of one machine are set by less. */
export const FUTURE_MS = 24 * 60 * 60 * 1000;
