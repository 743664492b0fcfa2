/** Offsets in the arena and in constants are multiples of it: a line of the cache, and of the widest vector that is loaded. */
export const ARENA_ALIGNMENT = 64;

/** How often the value that lies highest in the arena is placed before all others, to find a smaller one. */
export const MAX_PROMOTIONS = 16;

/** Values that are placed again for that, some tens of milliseconds: of five thousand values there are six such plans. */
export const PROMOTED_VALUES = 2 ** 15;

/** Turns of loops that are gone through to count where a condition in them holds: those over the blocks of a large product are some thousands. */
export const MAX_COUNTED_TURNS = 2 ** 16;
