/** Programs that a session keeps: for a server's few batch sizes and lengths, not one for each request. */
export const MAX_VARIANTS = 8;

/** Sets of input dims of which a session knows which elements matter; what is forgotten is found out again. */
export const MAX_FAMILIES = 64;

/** Elements for which programs of their own are compiled, for one set of dims: who gives others each time gets one that takes any. */
export const MAX_KNOWN_VALUES = 4;
