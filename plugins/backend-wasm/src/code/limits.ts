/** Bytes of the table of kernels in compiled code: some hundred for each of more kernels than models have nodes. */
export const MAX_TABLE_BYTES = 64 * 2 ** 20;

/** Phases of all kernels of a program: each is a function, of which a module has a million at most. */
export const MAX_PHASES = 1_000_000;

/** Bytes of the arrays of one kernel, as the emitter has it: each thread takes as much. */
export const MAX_STACK_BYTES = 16 * 2 ** 20;

/** Turns of a split loop: positions in it are 32-bit integers, and threads count past the end. */
export const MAX_TURNS = 2 ** 30;

/** Operations inside each other in the extent of a loop: those of the scheduler are some five deep. */
export const MAX_INDEX_DEPTH = 32;
