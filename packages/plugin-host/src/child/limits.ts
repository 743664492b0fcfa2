/** Times and sizes of a plugin's process, each with its reason. */

/** From spawn to the answer to `initialize`: a cold start of Node with a large native library on a busy machine takes seconds. */
export const START_TIMEOUT_MS = 30_000;

/** Calls that do no work to speak of: supports, available, identity, dispose. */
export const CONTROL_TIMEOUT_MS = 30_000;

/** What a plugin has to end a cancelled call, or to shut down, before it gets a signal; and after SIGTERM before SIGKILL. */
export const GRACE_MS = 2_000;

/** A call of which nothing is heard for so long is told of: by then a user wonders. */
export const SILENCE_MS = 3_000;

/** After the process has ended: what its last output and answers may take to arrive, where a child of it still holds the line. */
export const LAST_WORDS_MS = 500;

/** Output that is kept for the message of a crash. */
export const TAIL_CHARACTERS = 16 * 1024;
export const TAIL_LINES = 20;
export const TAIL_LINE_CHARACTERS = 300;

/** A log file does not grow past this in one life of a process: a plugin that prints without end must not fill the disk. */
export const MAX_LOG_FILE_BYTES = 16 * 1024 * 1024;

/** Log messages of one call that are passed on; the rest is dropped. */
export const MAX_LOGS_PER_CALL = 10_000;

/** Subscriptions and services of one plugin: more than any needs, and what it can make its host hold. */
export const MAX_SUBSCRIPTIONS = 1_024;
export const MAX_SERVICES = 256;

/** Methods of one service. */
export const MAX_METHODS = 256;
