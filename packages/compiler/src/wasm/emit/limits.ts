/**
 * Bytes at the start of memory where no buffer may lie. What an index adds as a number becomes the offset of the access, up to this; the
 * address that it is added to may lie that far before the buffer, and must not be below 0.
 */
export const FIRST_BUFFER_ADDRESS = 1_048_576;

/** Bytes of code of one kernel: engines refuse functions of 7.6 MB, and take seconds for much less. */
export const MAX_KERNEL_BYTES = 4_000_000;

/** Bytes of the arrays of one kernel that lie in memory: each thread has a region of that size. */
export const MAX_STACK_BYTES = 16_777_216;

/** Registers that an array may be split into: more would only move to the stack of the machine. */
export const MAX_SPLIT_REGISTERS = 1024;

/** Terms of an index that is multiplied out; more stay a product. */
export const MAX_INDEX_TERMS = 16;
