/** Numbers of the words of a board, which threads read and write with Atomics. */
const WORDS = {
  /** Number of the run that helpers serve; 0 between runs. */
  run: 0,
  /** Odd while a phase is open to helpers; it grows with every change, and threads that sleep wait for that. */
  epoch: 1,
  /** Threads that sleep. */
  asleep: 2,
  /** Helpers that are in the open phase. */
  active: 3,
  /** Step and phase that are open. */
  step: 4,
  phase: 5,
  /** The next turn that nobody has taken. */
  next: 6,
  /** The first range that a guard ended: its first turn * 256 + the status; NONE_FAILED without one. */
  failed: 7,
  /** 1 where the run shall end. */
  abort: 8,
  /** 1 where a thread ended in the middle of a phase. */
  broken: 9,
} as const;

/** More than any turn and status that failed. */
const NONE_FAILED = 0x7fffffff;

/** What the threads of a run share beside the kernels' memory. */
export interface Board {
  readonly words: Int32Array;
  /** Where each buffer of the program lies in the memory. */
  readonly addresses: Int32Array;
  /** Milliseconds of each step. */
  readonly times: Float64Array;
  readonly at: typeof WORDS;
  readonly noneFailed: number;
}

const WORDS_BYTES = 64;

/** A board for a program of so many buffers and steps. */
export function newBoard(buffers: number, steps: number, isShared: boolean): Board {
  const timesAt = WORDS_BYTES + Math.ceil((buffers * 4) / 8) * 8;
  const bytes = timesAt + steps * 8;
  const memory = isShared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes);
  return {
    words: new Int32Array(memory, 0, WORDS_BYTES / 4),
    addresses: new Int32Array(memory, WORDS_BYTES, buffers),
    times: new Float64Array(memory, timesAt, steps),
    at: WORDS,
    noneFailed: NONE_FAILED,
  };
}
