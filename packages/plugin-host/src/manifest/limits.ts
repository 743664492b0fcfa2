/** Size of a package.json, in bytes: those of large packages have some 20 KiB. */
export const MAX_PACKAGE_BYTES = 1 << 20;

/** Components of one plugin, and entries of one list in a manifest: each is read at every start. */
export const MAX_COMPONENTS = 256;
export const MAX_ENTRIES = 1024;

/** Characters of a name, and of any other text of a manifest. */
export const MAX_NAME = 214;
export const MAX_TEXT = 4096;

/** Findings that one message lists. */
export const MAX_FINDINGS = 20;
