/** The version of this package, as in its package.json. */
export const HOST_VERSION = "0.3.0";
