/** Arithmetic operations of a point that may be done again where it is read rather than stored: about what a load and a store cost. */
export const CHEAP_OPERATIONS = 4;

/** How often a cheap point may be computed for each of its elements. */
export const MAX_REPEATS = 4;

/** Places in one kernel that a point may be written at: doubling at every node would make kernels without end. */
export const MAX_COPIES = 16;

/** Points inside points: expressions and the stack stay bounded. */
export const MAX_DEPTH = 32;

/** Operations from which on a loop is split over threads: below, waking them costs more than the work. */
export const PARALLEL_ELEMENTS = 32_768;

/** Elements of an input that may be a parameter, such as a shape or axes: no rank is larger, and all else is data. */
export const WANTED_ELEMENTS = 64;

/** Elements of a constant that are written into a kernel as numbers. */
export const INLINE_ELEMENTS = 1;

/** Elements on a side of the blocks that moves between axes are made by: rows a multiple of 4096 bytes apart share a set of 8 cache lines. */
export const BLOCK_SIDE = 8;
