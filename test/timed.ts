/** Options of a test that takes a time: what else the machine does, as a stalled disk, may spoil a try. */
export const TIMED = { retry: 2 } as const;
