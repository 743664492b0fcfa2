/** What an install may take, each with its reason. Those of archives stand in archive/limits.ts. */

/** Files and folders of a plugin with what it depends on, and their size: as in an archive. */
export const MAX_FILES = 50_000;
export const MAX_BYTES = 512 << 20;
export const MAX_DEPTH = 64;

/** Packages that a plugin depends on, one by another. */
export const MAX_DEPENDENCIES = 2000;

/** Time that a build may take: large native code takes minutes. */
export const BUILD_TIMEOUT_MS = 30 * 60 * 1000;

/** What a build has to end after it was told to. */
export const BUILD_GRACE_MS = 300;

/** Output of a build that is kept in its log, and for messages. */
export const MAX_BUILD_LOG_BYTES = 16 << 20;
export const MAX_SHOWN_BYTES = 64 << 10;

/** Lines of a build's output that an error shows, and their length. */
export const MAX_SHOWN_LINES = 20;
export const MAX_LINE = 300;

/** Files that are digested and written to the disk at the same time. */
export const CONCURRENT_FILES = 8;
