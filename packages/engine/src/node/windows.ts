/** What is mapped at once of a file, at the multiples of it: small windows cost nothing. */
export const WINDOW_BYTES = 1 << 30;

/** Offsets of mappings are multiples of this, the largest page size in use. */
export const PAGE_BYTES = 1 << 16;

/** Largest window, for a single value that is larger than the others: Node 20 aborts on views above 4 GiB. */
export const MAX_WINDOW_BYTES = 2 ** 32 - PAGE_BYTES;
