/** The version of this SDK, as in its package.json. */
export const SDK_VERSION = "0.3.0";
