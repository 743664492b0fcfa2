/** Threads that can run at the same time in a page, as far as its browser says. */
export const availableThreads = (): number => navigator.hardwareConcurrency;
