/** Bytes of a header: the limit of the format's own package, so that no file of more can be read by anybody. */
export const MAX_HEADER_BYTES = 100_000_000;

/** Tensors of a file: more than twice what the largest models have in all their files, and what is read in about a second. */
export const MAX_TENSORS = 250_000;

/** A header of more than this is first looked at in pieces: it may hold more tensors than are allowed. */
export const COUNTED_BYTES = 16 * 2 ** 20;

/** Keys under "__metadata__": trainers write some hundreds, and each becomes a line of what is shown. */
export const MAX_METADATA = 100_000;

/** Dims of a tensor. NumPy, which writes most tensors, has 64. */
export const MAX_RANK = 64;

/** Small tensors that lie next to each other are read together, up to this many bytes: a read may be a call to another process. */
export const READ_TOGETHER_BYTES = 16 * 2 ** 20;

/** Entries of a header, and values, between two looks at whether the caller has given up: a few milliseconds of work. */
export const ENTRIES_PER_TURN = 16_384;
