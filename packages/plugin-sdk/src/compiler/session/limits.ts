/** Sets of input shapes for which a session keeps programs: a server's few batch sizes and lengths, not one for each request. */
export const MAX_VARIANTS = 8;
