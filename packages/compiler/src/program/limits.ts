/** Offsets in the arena and in constants are multiples of it: a line of the cache, and of the widest vector that is loaded. */
export const ARENA_ALIGNMENT = 64;
