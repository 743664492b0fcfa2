/** Ends the writing of a loop for vectors: what it computes is not elements side by side. It is written for single elements instead. */
export class NotVector extends Error {}
