/** What looking may take, each with its reason. Times in milliseconds. */

/** A compiler that says its version: the first start from a cold disk takes seconds, never ten. */
export const PROGRAM_TIMEOUT_MS = 10_000;

/** What a program says of its version is kept up to here, in bytes. */
export const MAX_PROGRAM_OUTPUT = 64 * 1024;

/** A plugin loads, and says whether it can run here, within this: one that takes longer is a trouble at each run. */
export const PLUGIN_TIMEOUT_MS = 10_000;

/** Files of one plugin are read within this: 1 GB from a slow disk. */
export const DIGEST_TIMEOUT_MS = 30_000;

/** Artifacts are held to their digests for this long: some gigabytes. */
export const CACHE_TIMEOUT_MS = 5_000;

/** Plugins that are looked at side by side: each may be a process of 50 MB. */
export const CONCURRENT_PLUGINS = 4;
