/** Size of plugins.json, in bytes: an entry takes 1 to 2 KiB, so that this is thousands of plugins. */
export const MAX_INDEX_BYTES = 16 << 20;

/** Entries of plugins.json: ten times what anybody has. */
export const MAX_PLUGINS = 5000;

/** Components of one plugin, and items of one list of it: more than a manifest may have. */
export const MAX_ITEMS = 10_000;

/** A text of an entry that no other rule bounds, in characters: a long path. */
export const MAX_TEXT = 4096;

/** Size of the entry beside an install, in bytes. */
export const MAX_ENTRY_BYTES = 1 << 20;

/** What another command may take to change the plugins: it holds the lock while it renames folders, for milliseconds. */
export const LOCK_TIMEOUT_MS = 5 * 60 * 1000;

/** Time after which the user is told what is waited for. */
export const WAIT_NOTICE_MS = 1000;

/** Without locks (Windows), how old an unfinished change is that counts as abandoned. */
export const ABANDONED_MS = 24 * 60 * 60 * 1000;
