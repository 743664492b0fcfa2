/** Figures of the isolation of plugins, each with its reason. */

/** What a plugin may write outside of the folders that it was granted: files in memory, gone with its process. */
export const SCRATCH_MEBIBYTES = 1024;

/** A sandbox is made in some 10 ms; on a machine that takes longer than this there is none. */
export const PROBE_TIMEOUT_MS = 5_000;

/** Memory that a plugin's process may fill, as a part of the machine's: what is left keeps the host alive. */
export const MEMORY_SHARE = 0.8;

/** Packages of which the SDK is made, and those that they need: it has a few. */
export const MAX_SDK_PACKAGES = 64;

/** Links on the way to one file: as many as Linux follows. */
export const MAX_LINKS = 40;
