/** Size of a configuration file, in bytes. The document's own has 2,000; of a hostile one, each byte can take 250 of memory. */
export const MAX_CONFIG_BYTES = 128 << 10;

/** Findings that one message lists: a file with more is no configuration. */
export const MAX_FINDINGS = 10;

/** Names of a path that are kept: a key has three at most, and an entry of a table one more. */
export const MAX_PATH_NAMES = 8;

/** Nesting of arrays and inline tables: a setting has one level. */
export const MAX_DEPTH = 100;
