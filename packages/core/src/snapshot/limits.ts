/** Graphs within nodes within graphs, and types within types: far more than any model has, far fewer than the stack holds. */
export const MAX_NESTING = 100;
