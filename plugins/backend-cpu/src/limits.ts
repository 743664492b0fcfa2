/** Characters of a compiler's output that are kept: enough for its first errors, from which the rest follows. */
export const MAX_COMPILER_OUTPUT = 64 * 1024;

/** Lines of it that stand in the message of an error; the log has all that was kept. */
export const MESSAGE_LINES = 4;

/** Bytes of the line that a library begins with: a few short names. */
export const MAX_HEADER_BYTES = 1024;

/** Threads of a pool (pool.c). */
export const MAX_THREADS = 256;
