/**
 * What every thread does with the kernels of a program. Workers get these functions as text (worker-source.ts): they use each other, their
 * arguments and what the language has, nothing else.
 */
import type { Board } from "./board.ts";
import type { WorkerAnswer, WorkerMessage, WorkerRequest } from "./worker-messages.ts";

/** A phase of a step, and how its turns are given to threads. */
export interface PhasePlan {
  readonly name: string;
  /** undefined: it runs once, on one thread. */
  readonly turns: number | undefined;
  /** Turns that are done at once. */
  readonly grain: number;
  /** Whether it is worth more than one thread. */
  readonly isWide: boolean;
}

/** A step of a program: a kernel, its buffers by number, and the size of the program where it has one; a call of a node has none of them. */
export interface StepPlan {
  readonly buffers: readonly number[];
  readonly sizes: readonly number[];
  readonly phases: readonly PhasePlan[];
}

/** What a thread needs to run the kernels of a program. */
export interface ThreadSetup {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly steps: readonly StepPlan[];
  /** Where thread 0 has the bytes for arrays, and how many each thread has. */
  readonly stacks: number;
  readonly stackBytes: number;
}

type Phase = (...values: readonly number[]) => number;

/** A thread with its instance of the module. */
export interface KernelThread {
  readonly steps: readonly StepPlan[];
  readonly functions: readonly (readonly Phase[])[];
  /** The arguments of each step's kernel, which are written anew for each call. */
  readonly values: readonly number[][];
  /** Where its bytes for arrays begin: those of its number in the run. */
  stack: number;
}

/** Where a stretch of steps ended, and with what status. */
export interface Ending {
  readonly status: number;
  readonly step: number;
}

/** Makes the kernels ready for a thread. */
export function openThread(setup: ThreadSetup): KernelThread {
  const { exports } = new WebAssembly.Instance(setup.module, { env: { memory: setup.memory } });
  return {
    steps: setup.steps,
    functions: setup.steps.map(({ phases }) => phases.map(({ name }) => exports[name] as Phase)),
    values: setup.steps.map(({ buffers, sizes }) => [...buffers.map(() => 0), ...sizes, 0, 0, 0]),
    stack: setup.stacks,
  };
}

/** Does turns of a phase. */
export function callPhase(
  thread: KernelThread,
  board: Board,
  step: number,
  phase: number,
  begin: number,
  end: number,
): number {
  const { buffers } = thread.steps[step];
  const values = thread.values[step];
  for (let i = 0; i < buffers.length; i++) values[i] = board.addresses[buffers[i]];
  const last = values.length - 1;
  values[last - 2] = thread.stack;
  values[last - 1] = begin;
  values[last] = end;
  return thread.functions[step][phase](...values);
}

/**
 * Runs steps `first` up to `last` one after another, as the leader of a run; yields where it may be ended. Phases that are wide go to the
 * helpers, too, where there are some.
 */
export function* walkSteps(
  thread: KernelThread,
  board: Board,
  first: number,
  last: number,
  hasHelpers: boolean,
  isMeasured: boolean,
): Generator<void, Ending> {
  for (let step = first; step < last; step++) {
    const { phases } = thread.steps[step];
    const start = isMeasured ? performance.now() : 0;
    for (let phase = 0; phase < phases.length; phase++) {
      const { turns, grain, isWide } = phases[phase];
      let status = 0;
      if (turns === undefined) status = callPhase(thread, board, step, phase, 0, 0);
      else if (isWide && hasHelpers) status = sharePhase(thread, board, step, phase);
      else
        for (let begin = 0; begin < turns && status === 0; begin += grain) {
          if (begin > 0) yield;
          status = callPhase(thread, board, step, phase, begin, Math.min(turns, begin + grain));
        }
      if (status !== 0) return { status, step };
    }
    if (isMeasured) board.times[step] = performance.now() - start;
    yield;
  }
  return { status: 0, step: last };
}

/** Runs steps to their end or up to an abort, on this thread and with what helpers it has. */
export function leadRun(walk: Generator<void, Ending>, { words, at }: Board): Ending {
  for (;;) {
    const next = walk.next();
    if (next.done === true) return next.value;
    if (Atomics.load(words, at.abort) !== 0) return { status: 0, step: -1 };
  }
}

/** Opens a phase to the helpers, takes part, closes it, and waits for those that are in it. */
export function sharePhase(thread: KernelThread, board: Board, step: number, phase: number): number {
  const { words, at, noneFailed } = board;
  Atomics.store(words, at.step, step);
  Atomics.store(words, at.phase, phase);
  Atomics.store(words, at.next, 0);
  Atomics.store(words, at.failed, noneFailed);
  turnEpoch(board);
  try {
    takeTurns(thread, board, step, phase);
  } finally {
    Atomics.add(words, at.epoch, 1);
  }
  for (;;) {
    const active = Atomics.load(words, at.active);
    if (active === 0 || Atomics.load(words, at.broken) !== 0) break;
    awaitChange(board, at.active, active);
  }
  // a thread whose kernel traps says so before it leaves the phase
  if (Atomics.load(words, at.broken) !== 0) throw new Error("a thread ended in the middle of a kernel");
  const failed = Atomics.load(words, at.failed);
  return failed === noneFailed ? 0 : failed & 255;
}

/** Takes turns of the open phase until none is left, one failed, or the run shall end. */
export function takeTurns(thread: KernelThread, board: Board, step: number, phase: number): void {
  const { words, at, noneFailed } = board;
  const { turns = 0, grain } = thread.steps[step].phases[phase];
  for (;;) {
    const begin = Atomics.add(words, at.next, grain);
    if (begin >= turns || Atomics.load(words, at.abort) !== 0 || Atomics.load(words, at.failed) !== noneFailed) return;
    const status = callPhase(thread, board, step, phase, begin, Math.min(turns, begin + grain));
    if (status !== 0) noteFailure(board, begin, status);
  }
}

/** Of several ranges that fail the first counts: ranges are begun in order, so that it is the same for every number of threads. */
export function noteFailure({ words, at }: Board, begin: number, status: number): void {
  const found = Math.min(begin, 0x7ffffe) * 256 + status;
  for (let seen = Atomics.load(words, at.failed); found < seen; ) {
    const before = Atomics.compareExchange(words, at.failed, seen, found);
    if (before === seen) return;
    seen = before;
  }
}

/** Helps the leader of a run with its wide phases, until the run has another number. */
export function helpRun(thread: KernelThread, board: Board, run: number): void {
  const { words, at } = board;
  for (let seen = 0; ; ) {
    const epoch = Atomics.load(words, at.epoch);
    if (Atomics.load(words, at.run) !== run) return;
    if (epoch === seen || (epoch & 1) === 0) {
      awaitChange(board, at.epoch, epoch);
      continue;
    }
    seen = epoch;
    Atomics.add(words, at.active, 1);
    try {
      // who comes after the phase was closed has not been waited for and must not touch it
      if (Atomics.load(words, at.epoch) === epoch)
        takeTurns(thread, board, Atomics.load(words, at.step), Atomics.load(words, at.phase));
    } catch (error) {
      Atomics.store(words, at.broken, 1);
      throw error;
    } finally {
      if (Atomics.sub(words, at.active, 1) === 1 && Atomics.load(words, at.asleep) > 0)
        Atomics.notify(words, at.active);
    }
  }
}

/** Ends a run: its helpers leave. */
export function endRun(board: Board): void {
  Atomics.store(board.words, board.at.run, 0);
  Atomics.add(board.words, board.at.epoch, 1);
  turnEpoch(board);
}

/** Tells helpers that something has changed. */
export function turnEpoch({ words, at }: Board): void {
  Atomics.add(words, at.epoch, 1);
  if (Atomics.load(words, at.asleep) > 0) Atomics.notify(words, at.epoch);
}

/** Waits until a word is another than `value`, first awake, then asleep; now and then it gives up, so that who waits looks around. */
export function awaitChange({ words, at }: Board, word: number, value: number): void {
  for (let spin = 0; spin < 4000; spin++) if (Atomics.load(words, word) !== value) return;
  Atomics.add(words, at.asleep, 1);
  Atomics.wait(words, word, value, 50);
  Atomics.sub(words, at.asleep, 1);
}

/** What a worker does: it keeps the kernels of engines, and leads and helps runs. */
export function serveKernels(
  receive: (listener: (message: WorkerMessage) => void) => void,
  send: (answer: WorkerAnswer) => void,
): void {
  const threads = new Map<number, KernelThread>();
  const perform = (request: WorkerRequest, thread: KernelThread): Ending | undefined => {
    const { board } = request;
    thread.stack = request.stack;
    if (request.kind === "help") {
      helpRun(thread, board, request.run);
      return undefined;
    }
    const { first, last, hasHelpers, isMeasured } = request;
    try {
      return leadRun(walkSteps(thread, board, first, last, hasHelpers, isMeasured), board);
    } finally {
      endRun(board);
    }
  };
  receive((message) => {
    try {
      if (message.kind === "attach") threads.set(message.engine, openThread(message.setup));
      else send({ kind: "ended", ending: perform(message, threads.get(message.engine) as KernelThread) });
    } catch (error) {
      send({ kind: "failed", message: String(error) });
    }
  });
}
