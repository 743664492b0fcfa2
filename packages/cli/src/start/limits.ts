/** Largest file of kept code: ten times what the engine makes of all commands. */
export const MAX_CODE_BYTES = 64 << 20;

/** Kept code goes after this time when other code is kept: that of builds and engines that are gone. */
export const MAX_CODE_AGE_MS = 30 * 24 * 60 * 60 * 1000;

/**
 * A process that ran longer, in times of what Node itself took to start, has compiled a model: the engine then holds a compiler that the
 * next start does not need, and no more what started.
 */
export const MAX_KEEPING_STARTS = 12;
