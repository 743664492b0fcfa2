/** Bytes of a .npy header. NumPy reads no more of a file that it does not trust; real ones have 118, structured ones a few hundred. */
export const MAX_HEADER_BYTES = 10_000;

/** Axes of an array: as many as NumPy has. */
export const MAX_RANK = 64;

/** Elements of a string array: each becomes an object of some 40 bytes, and the engine's heap ends near 4 GB. */
export const MAX_STRINGS = 2 ** 24;

/** Bytes of a string array in a file: the engine's longest string has 2^29 characters. */
export const MAX_STRING_BYTES = 2 ** 28;

/** Arrays of an archive. The largest checkpoints have some ten thousand. */
export const MAX_MEMBERS = 100_000;

/**
 * Bytes that all compressed members of an archive may become, as a multiple of the file: masks and one-hot rows of floats reach
 * 100 to 250, while zeros reach the 1032 of deflate. Archives that become INFLATE_FLOOR at most may be all zeros.
 */
export const MAX_INFLATE_GROWTH = 256;
export const INFLATE_FLOOR = 64 * 2 ** 20;
