/** Lanes of a vector: 64 bytes, the widest register of the targets, hold that many of the smallest type. */
export const MAX_LANES = 64;

/** Levels of an expression: the recursive walks over it stay far from the end of the stack. */
export const MAX_EXPRESSION_DEPTH = 500;

/** Statements inside statements: the deepest templates of contractions have some twenty. */
export const MAX_STATEMENT_DEPTH = 64;

/** Statements and expressions of a kernel: unrolled templates have some tens of thousands; what is shared counts each time. */
export const MAX_NODES = 200_000;

/** Elements of an array of registers, or of memory that lanes share (64 KiB of f32, what devices have). */
export const MAX_ARRAY_LENGTH = 16_384;

/** Turns that may be written out. */
export const MAX_UNROLL = 1024;

/** Buffers of a kernel: fused kernels stay below a hundred. */
export const MAX_BUFFERS = 1024;

/** Characters of a name. */
export const MAX_NAME_LENGTH = 64;
