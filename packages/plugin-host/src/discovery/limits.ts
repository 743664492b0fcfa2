/** How deep below a folder of plugins packages are looked for: `@scope/name` is two. */
export const MAX_DEPTH = 3;

/** Entries of folders that are looked at below one place: a home folder that was named by mistake must not take minutes. */
export const MAX_ENTRIES = 10_000;

/** Size of the index of discovered plugins, in bytes: some 2 KiB for each plugin. */
export const MAX_INDEX_BYTES = 16 << 20;
