/** Floating-point operations from which on blocks are split over threads: below, waking them costs more than the work. */
export const PARALLEL_OPERATIONS = 200_000;

/** Turns that are enough to be split evenly over some threads: below, the rows are split, too. */
export const ENOUGH_TURNS = 48;

/** Bytes of the narrow factor that stay near while all panels of the wide one pass: half of a second-level cache, with a panel beside them. */
export const NEAR_BYTES = 400_000;
