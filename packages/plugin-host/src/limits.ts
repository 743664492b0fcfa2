/** Files of a plugin's folder whose state is looked at: some 100 ms. */
export const MAX_STATE_FILES = 20_000;
