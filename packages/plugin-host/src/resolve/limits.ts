/** Plugins that an error names in a chain of requirements: more does not fit a message. */
export const MAX_CHAIN = 8;

/** Characters of one link of a chain: names and ranges are the plugins' own. */
export const MAX_LINK = 200;

/** Size of a library's .pc file, in bytes: real ones have less than one KiB. */
export const MAX_PKG_CONFIG_BYTES = 64 * 1024;
