/** Floating-point operations from which on blocks are split over threads: below, waking them costs more than the work. */
export const PARALLEL_OPERATIONS = 200_000;

/** Turns that are enough to be split evenly over some threads: below, the rows are split, too. */
export const ENOUGH_TURNS = 48;
