/** Characters of a source node's name in a comment: enough to find it. */
export const MAX_ORIGIN_NAME = 80;

/** Source nodes named in a comment: a fused kernel may stand for hundreds. */
export const MAX_ORIGINS = 16;

/** Characters of one kernel: the largest unrolled templates have some hundred thousand; compilers take minutes for more. */
export const MAX_KERNEL_TEXT = 4_000_000;

/** Levels of an expression that are written inside each other; from there on it gets a name. clang stops at 256 brackets. */
export const MAX_NESTING = 12;

/** Kernels of one file, and characters after which the next file begins: files are compiled side by side, and each costs its headers. */
export const KERNELS_PER_FILE = 16;
export const CHARACTERS_PER_FILE = 32_000;

/** Characters of kernels that are compiled in one go with the runtime: to start another compiler would take longer. */
export const MAX_SINGLE_UNIT = 16_000;

/** Buffers of one kernel, whose addresses run.c gathers on its stack: a Concat of some thousand parts has the most. */
export const MAX_BUFFERS = 4096;

/** Bytes of the arrays of one kernel, which lie on the stack of a thread: half of that of the pool's threads, and of those of hosts. */
export const MAX_ARRAY_BYTES = 4 << 20;
