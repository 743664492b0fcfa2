import type { Weight } from "@hodu/core";

/** Where a weight lies, as a key: weights of one place have the same bytes. */
export const placeOf = ({ store, offset, length }: Weight): string => `${store} ${offset} ${length}`;
