/** Floating-point operations from which on blocks are split over threads: below, waking them costs more than the work. */
export const PARALLEL_OPERATIONS = 200_000;

/** Turns that are enough to be split evenly over some threads: below, the rows are split, too. */
export const ENOUGH_TURNS = 48;

/** Bytes of the narrow factor that stay near while all panels of the wide one pass: half of a second-level cache, with a panel beside them. */
export const NEAR_BYTES = 400_000;

/** Keys of an attention whose weights for a panel of queries stay in the first-level cache: 16 KiB of it with vectors of 64 bytes. */
export const ATTENTION_KEYS = 128;

/** Vectors of queries that go through the keys of an attention together: beside them as many rows as registers hold. */
export const ATTENTION_VECTORS = 2;

/** Rows that go through all panels before the next, where how many there are is known when a kernel is called: a multiple of a block's. */
export const ROWS_OF_CHUNK = 32;
