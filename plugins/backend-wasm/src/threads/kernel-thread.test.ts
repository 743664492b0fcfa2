import { expect, it } from "vitest";
import { newBoard } from "./board.ts";
import { type KernelThread, sharePhase } from "./kernel-thread.ts";

/** A thread with one phase of one turn, which does `work`. */
const threadWith = (work: () => number): KernelThread => ({
  steps: [{ buffers: [], sizes: [], phases: [{ name: "kernel_0_0", turns: 1, grain: 1, isWide: true }] }],
  functions: [[work]],
  values: [[0, 0, 0]],
  stack: 0,
});

it("tells who shares a phase that another thread of it ended, though that has left already", () => {
  const board = newBoard(0, 1, true);
  expect(
    sharePhase(
      threadWith(() => 0),
      board,
      0,
      0,
    ),
  ).toBe(0);
  const ending = threadWith(() => {
    Atomics.store(board.words, board.at.broken, 1);
    return 0;
  });
  expect(() => sharePhase(ending, board, 0, 0)).toThrow("a thread ended in the middle of a kernel");
});

it("gives the status of the turn that failed", () => {
  expect(
    sharePhase(
      threadWith(() => 7),
      newBoard(0, 1, true),
      0,
      0,
    ),
  ).toBe(7);
});
