import type { Manifest } from "hodu-plugin-sdk";

/** As messages name a plugin among others: `a 1.0.0`. */
export const label = ({ id, version }: Manifest): string => `${id} ${version}`;
